# Le titre de chaque étape, et sa raison d’être.

step-preflight = Regarder avant de toucher
step-preflight-why =
    Ce serveur peut-il devenir un serveur de messagerie ? Sa version de Debian, sa mémoire, ses disques, son horloge,
    ses paquets et son réseau sont examinés, ainsi que tout ce qui y tourne déjà et pourrait gêner. Rien n’est modifié.

step-hostname = Le nom du serveur
step-hostname-why =
    Les autres serveurs de messagerie jugent celui-ci à son nom : il figure dans le message d’accueil et dans chaque
    remise, et doit correspondre au DNS dans les deux sens. La machine elle-même doit connaître ce nom, et le connaître
    encore après un redémarrage.

step-hosts = Ses propres adresses
step-hosts-why =
    /etc/hosts indique aux programmes de cette machine quelles adresses correspondent à son nom. L’installateur de
    Debian y inscrit une adresse de bouclage ; Postfix a besoin des adresses publiques, sans quoi il ne reconnaît pas le
    courrier qui lui est destiné.

step-packages = Les programmes
step-packages-why =
    Postfix achemine le courrier, Dovecot le conserve et le donne à lire, MariaDB connaît les boîtes aux lettres. Ils
    viennent de Debian : les mises à jour de sécurité de Debian les tiennent à jour. Aucun ne démarre avant d’être
    configuré : à aucun moment ce serveur ne répond à moitié prêt.

step-database = Domaines, boîtes aux lettres et alias
step-database-why =
    La liste des domaines, des boîtes aux lettres et des alias se trouve dans une petite base de données, accessible
    depuis cette machine seulement. Postfix et Dovecot la lisent avec un compte qui ne peut rien y modifier. Des mots de
    passe, seule l’empreinte est conservée, jamais le texte saisi.

step-tls = Le certificat
step-tls-why =
    Le chiffrement exige un certificat au nom du serveur. Celui d’une autorité publique est accepté par tous les
    logiciels de messagerie ; un certificat autosigné chiffre tout aussi bien, mais chaque logiciel demandera une fois à
    son utilisateur s’il faut lui faire confiance.

step-spf = Qui envoie pour vos domaines : SPF
step-spf-why =
    Un enregistrement SPF dans le DNS nomme les serveurs qui peuvent envoyer du courrier pour un domaine ; les
    destinataires le consultent pour chaque message, et beaucoup refusent le courrier qui n’en a pas. Ce serveur fait de
    même pour le courrier qu’il reçoit et, sauf choix contraire, refuse ce que le domaine de l’expéditeur désavoue.

step-dkim = Signer ce que vous envoyez : DKIM
step-dkim-why =
    Chaque message d’une adresse de vos domaines est signé avec une clé de ce serveur ; sa moitié publique se trouve dans le
    DNS. Un destinataire peut ainsi voir que le message vient de ce serveur et n’a pas été modifié en chemin, même après un
    renvoi. (Elle ne dit pas lequel de vos utilisateurs l’a écrit : la connexion ne décide que de l’expéditeur d’enveloppe.)
    Les grands destinataires l’exigent. Les signatures du courrier entrant sont vérifiées aussi. OpenDKIM fait les
    deux.

step-dmarc = Votre nom sur le courrier des autres : DMARC
step-dmarc-why =
    DMARC dit aux destinataires que faire du courrier à votre nom dont ni SPF ni DKIM ne répondent, et où rapporter ce
    qu’ils ont vu. OpenDMARC lit la même chose pour les autres domaines : sauf choix contraire, le courrier qu’ils
    demandent de refuser est refusé, et celui qu’ils demandent de traiter comme suspect va dans le dossier Junk.

step-postfix = Envoi et réception : Postfix
step-postfix-why =
    Postfix reçoit le courrier de vos domaines sur le port 25, et celui de vos propres utilisateurs sur les ports 587 et
    465, où ils s’authentifient. Il n’achemine rien pour personne d’autre : un serveur qui le fait (un relais ouvert)
    est repéré par les spammeurs en quelques heures, et refusé partout ensuite.

step-dovecot = Boîtes aux lettres : Dovecot
step-dovecot-why =
    Dovecot range le courrier, maintient chaque boîte dans son quota et la met à la disposition des logiciels de
    messagerie en IMAP et en POP3, uniquement chiffrés. Il vérifie aussi les mots de passe, y compris pour Postfix.
