# Chaque contrôle : ce qui doit être vrai, ce que cela signifie sinon, et que faire alors.

# De tout contrôle qui n’a pas pu être fait.
check-unseen-means = Impossible de savoir si c’est le cas. Tout va peut-être bien, peut-être pas.

check-hostname = Cette machine s’appelle { $about }
check-hostname-means =
    Le courrier part sous un nom sur lequel la machine n’est pas d’accord avec elle-même. Les autres serveurs voient un
    nom qui ne correspond pas au DNS et peuvent refuser le courrier.
check-hostname-fix =
    Définissez le nom, puis vérifiez que les deux concordent :
        hostnamectl set-hostname { $about }
        cat /etc/hostname; uname -n

check-resolves-here = { $about } mène aux adresses publiques de ce serveur
check-resolves-here-means =
    Les programmes d’ici qui cherchent leur propre nom obtiennent une autre adresse que le reste du monde. Postfix
    risque de ne pas reconnaître le courrier qui lui est destiné.
check-resolves-here-fix =
    Dans /etc/hosts, placez chaque adresse publique devant le nom complet, et retirez ce nom de toute autre ligne. Puis
    vérifiez :
        getent ahosts { $about }; hostname -f

check-packages-installed = { $count ->
    [one] Le paquet est installé
   *[other] Les { $count } paquets sont tous installés
}
check-packages-installed-means = Un programme dont est fait le serveur de messagerie manque, ou n’est installé qu’à moitié.
check-packages-installed-fix =
    Terminez ce qui a été interrompu, puis relancez l’installation :
        dpkg --configure -a
        apt-get install --fix-broken
        mailwright setup

check-nothing-held-back = Rien n’empêche les démons de démarrer
check-nothing-held-back-means =
    Pendant l’installation des paquets, leurs démons sont retenus. Ils le sont toujours : ils ne démarreront pas
    d’eux-mêmes après une mise à jour ou un redémarrage.
check-nothing-held-back-fix =
    Retirez ce qui les retient (après avoir vérifié qu’aucun autre programme ne l’a mis là exprès) :
        rm /usr/sbin/policy-rc.d
        systemctl unmask { $units }

check-database-rows = { $count ->
    [one] La ligne des domaines, boîtes aux lettres et alias est dans la base de données
   *[other] Les { $count } lignes des domaines, boîtes aux lettres et alias sont toutes dans la base de données
}
check-database-rows-means =
    Ce que demandent les réponses ne se trouve pas dans la base : le courrier pour ces adresses est refusé, ou les
    connexions échouent.
check-database-rows-fix =
    Écrivez les lignes manquantes, sans toucher aux autres :
        mailwright setup

check-reader-only-reads = Le compte de base de données { $about } ne peut que lire
check-reader-only-reads-means =
    Postfix et Dovecot utilisent ce compte. S’il peut faire plus que lire, une faille dans l’un d’eux ouvre la base de
    données ; s’il peut faire moins, ils n’y trouvent rien.
check-reader-only-reads-fix =
    Voyez ce qui lui est permis, retirez ce qui est de trop, et laissez l’installation accorder ce qui manque :
        mariadb -e "SHOW GRANTS FOR '{ $about }'@'localhost'"
        mailwright setup

check-certificate-fits = Le certificat convient : nom { $about }, clé et dates
check-certificate-fits-means =
    Les logiciels de messagerie avertissent leurs utilisateurs ou refusent de se connecter, ou les démons ne peuvent pas
    du tout se servir du certificat.
check-certificate-fits-fix =
    Placez dans { $certificate } un certificat qui porte le nom { $about }, suivi de ceux qui le relient à son autorité,
    et sa clé dans { $key } (0600 root). Pour voir ce qui s’y trouve :
        openssl x509 -in { $certificate } -noout -subject -dates -ext subjectAltName
        ls -l { $key }

check-running = { $about } est en marche
check-running-means =
    Le démon est absent, ne reviendra pas après un redémarrage, ou s’arrête et redémarre sans cesse.
check-running-fix =
    Cherchez pourquoi, corrigez, puis démarrez-le :
        systemctl status { $unit }
        journalctl --boot --priority warning --lines 50
        systemctl enable --now { $unit }

check-configuration-clean = { $about } n’a rien à redire à sa configuration
check-configuration-clean-means =
    Le démon trouve une erreur dans sa configuration, ou un point qui mérite un avertissement. Il pourrait ne pas
    démarrer la prochaine fois.
check-configuration-clean-fix =
    Corrigez ce qu’il signale. Pour l’interroger de nouveau, voir ce qui diffère de ce que mailwright a écrit, et
    l’écrire de nouveau :
        { $command }
        mailwright setup --dry-run
        mailwright setup

check-listens = Les ports { $about } répondent
check-listens-means =
    Les autres serveurs ou les logiciels de messagerie ne peuvent pas se connecter, ou un service réservé à cette
    machine est joignable de l’extérieur.
check-listens-fix =
    Voyez qui écoute où, et ce qu’a dit le démon :
        ss -ltnp
        journalctl --boot --priority warning --lines 50

check-map-answers = Postfix trouve { $about }
check-map-answers-means =
    Postfix ne trouve pas cette entrée dans la base de données : le courrier correspondant est différé ou refusé.
check-map-answers-fix =
    Interrogez la table à la main, et vérifiez que la base de données tourne :
        postmap -q { $about } { $map }
        systemctl status mariadb

check-no-open-relay = Ce serveur n’est pas un relais ouvert : les inconnus n’envoient rien à des tiers
check-no-open-relay-means =
    N’importe qui peut envoyer du courrier à n’importe qui par ce serveur. Les spammeurs le découvrent en quelques
    heures, et tous les autres serveurs refuseront longtemps le courrier qui vient d’ici.
check-no-open-relay-fix =
    Arrêtez Postfix tout de suite. Examinez ensuite mynetworks, smtpd_relay_restrictions et relay_domains :
        systemctl stop postfix
        postconf -n mynetworks smtpd_relay_restrictions relay_domains
        mailwright setup --dry-run

check-auth-only-in-tls = Les mots de passe ne sont acceptés que sous TLS
check-auth-only-in-tls-means =
    Un mot de passe peut traverser le réseau en clair, lisible par tous en chemin, ou être deviné à force d’essais sur
    le port 25.
check-auth-only-in-tls-fix =
    Vérifiez que smtpd_tls_auth_only vaut yes, et que smtpd_sasl_auth_enable vaut no dans main.cf et yes dans le seul
    master.cf :
        postconf smtpd_tls_auth_only smtpd_sasl_auth_enable
        postconf -P

check-tls-served = Chaque port présente le certificat de { $about }, en TLS 1.2 ou plus récent
check-tls-served-means =
    Un port présente un autre certificat que celui du disque (souvent un ancien : le démon n’a pas été rechargé), ou
    aucun.
check-tls-served-fix =
    Faites relire le certificat aux deux démons, puis regardez :
        systemctl reload postfix dovecot
        openssl s_client -connect { $about }:{ $port } -servername { $about } </dev/null

check-wrong-password-refused = Un mauvais mot de passe pour { $about } est refusé
check-wrong-password-refused-means =
    Quiconque connaît l’adresse peut lire le courrier, ou bien la connexion ne fonctionne pas du tout.
check-wrong-password-refused-fix =
    Si un mauvais mot de passe a été accepté, arrêtez Dovecot aussitôt. Voyez ensuite ce qu’il dit d’une connexion :
        systemctl stop dovecot
        journalctl --unit dovecot --lines 50

check-delivers = Le courrier pour { $about } arrive
check-delivers-means =
    Un message déposé n’est pas arrivé dans la boîte aux lettres : le courrier pour cette adresse est différé, ou perdu.
check-delivers-fix =
    Voyez où il est bloqué (file d’attente et journal) :
        postqueue -p
        journalctl --boot --unit 'postfix*' --unit dovecot --lines 50

check-quota = Le quota de la boîte { $about } est appliqué
check-quota-means =
    Dovecot ne connaît pas la limite fixée par les réponses : la boîte peut remplir le disque, ou refuse le courrier
    trop tôt.
check-quota-fix =
    Voyez ce que Dovecot en sait, puis écrivez de nouveau la ligne :
        doveadm quota get -u { $about }
        mailwright setup

check-spf-answers = Le SPF du courrier entrant est vérifié
check-spf-answers-means =
    Le programme que Postfix interroge sur SPF ne répond pas : Postfix ajourne alors tout le courrier de l’extérieur.
check-spf-answers-fix =
    Voyez ce qu’il dit, puis sa configuration et le journal de Postfix :
        policyd-spf </dev/null
        cat /etc/postfix-policyd-spf-python/policyd-spf.conf
        journalctl --boot --identifier policyd-spf --lines 30

check-signing-key-fits = La clé dans { $about } peut signer, et seul son propriétaire peut la lire
check-signing-key-fits-means =
    OpenDKIM refuse une clé que d’autres pourraient lire, et Postfix n’envoie pas ce qu’il ne peut pas signer.
check-signing-key-fits-fix =
    Donnez-la à son seul propriétaire, puis redémarrez OpenDKIM :
        chown { $owner }:{ $owner } { $about }
        chmod 600 { $about }
        systemctl restart opendkim

check-signing-key-published = Le DNS de { $about } a la clé { $selector }
check-signing-key-published-means =
    Les destinataires ne peuvent pas vérifier les signatures du courrier de { $about } : il passe pour non signé, ou pour
    falsifié.
check-signing-key-published-fix =
    Publiez l’enregistrement, puis regardez à nouveau. Un nouvel enregistrement peut mettre à se voir aussi longtemps que le
    dit le TTL de la zone :
        mailwright dns
        mailwright check dkim

check-signs = Le courrier de { $about } est signé
check-signs-means =
    Le courrier de { $about } part sans signature, avec deux, ou avec une qui ne convient pas : les grands destinataires le
    refusent.
check-signs-fix =
    Voyez si OpenDKIM tourne, ce qu’il dit d’un message, et si { $about } figure dans ses tables :
        systemctl status opendkim
        journalctl --boot --unit opendkim --lines 30
        cat /etc/opendkim/signing.table /etc/opendkim/key.table

check-key-waits = Une nouvelle clé de signature attend que son enregistrement soit visible
check-key-waits-means =
    L’ancienne clé signe encore ; rien n’est en défaut. La nouvelle prend le relais à la première exécution de setup après
    qu’elle est visible.
check-key-waits-fix =
    Publiez le nouvel enregistrement, et relancez setup dès qu’il est visible :
        mailwright dns
        mailwright setup
