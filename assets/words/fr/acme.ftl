# Un certificat d’une autorité, par ACME.

step-acme = Un certificat d’une autorité
step-acme-why =
    Un certificat autosigné chiffre, mais personne ne s’en porte garant. Si vous avez choisi acme, certbot s’adresse
    maintenant à une autorité comme Let’s Encrypt, qui en donne un gratuitement dès qu’elle a vu que le nom mène ici : elle
    appelle sur le port 80. La minuterie de Debian le renouvelle, et Postfix et Dovecot prennent le nouveau sans couper de
    session. Tant qu’il n’y en a pas, le certificat autosigné continue. Avec une autre origine, rien n’est fait ici.

question-tls-acme_directory = Adresse de l’autorité
question-tls-acme_directory-help =
    Let’s Encrypt, sauf si vous en connaissez une autre : l’adresse de son répertoire ACME. Pour un essai, Let’s Encrypt
    propose https://acme-staging-v02.api.letsencrypt.org/directory, dont personne n’accepte les certificats.

question-tls-webroot = Répertoire du serveur web
question-tls-webroot-help =
    Seulement si un serveur web tourne sur ce serveur même : le répertoire dont il sert les fichiers sur le port 80, sous
    le nom du serveur. Laissé vide : /var/www/html. Si le port 80 est libre, certbot répond lui-même et ceci ne sert pas.

change-acme = Obtenir un certificat pour { $name } auprès de { $directory } et le faire renouveler

progress-acme-unmet = Pas encore de certificat, l’autosigné reste : { $reason }

check-acme-issued = Une autorité se porte garante de { $about }
check-acme-issued-means =
    Le courrier est chiffré quand même, et les autres serveurs le livrent. Mais chaque logiciel de messagerie demande à son
    utilisateur s’il faut faire confiance à ce serveur, et certains refusent.
check-acme-issued-fix =
    Corrigez ce qui a été vu. Le nom doit mener à ce serveur, et le port 80 être ouvert à tous. Tout ce qu’a dit certbot
    se trouve dans son journal. Ensuite, essayez de nouveau :
        cat /var/log/mailwright/acme.log
        mailwright resume --yes

check-acme-renews = Le certificat de { $about } est renouvelé à temps
check-acme-renews-means =
    Le certificat d’une autorité vaut quelques semaines. Sans un renouvellement qui parvient aux services, il expire, et
    les logiciels de messagerie refusent de se connecter.
check-acme-renews-fix =
    Remettez-le en place, puis essayez un renouvellement, qui ne change rien :
        mailwright resume --yes
        certbot renew --dry-run
        systemctl status certbot.timer

dns-why-caa = qui seul peut émettre le certificat du serveur

answer-tls-directory = l’adresse d’une autorité est https:// avec un hôte et un chemin, par exemple https://acme-v02.api.letsencrypt.org/directory
answer-tls-unused-acme = ceci ne sert qu’avec source = "acme"
answer-tls-acme_directory-meaning = L’autorité à interroger, par l’adresse de son répertoire ACME
answer-tls-acme_directory-allowed = une adresse comme https://acme-v02.api.letsencrypt.org/directory
answer-tls-webroot-meaning = Ce que sert un serveur web sur le port 80 de ce serveur, s’il y en a un
answer-tls-webroot-allowed = un chemin absolu composé de lettres, de chiffres et de / . _ - + @
