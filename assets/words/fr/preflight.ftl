# Ce que l’examen préalable regarde avant toute modification : ce qui doit être vrai, ce que cela signifie sinon, et
# ce qui sera fait ou reste à faire alors. $outcome vaut pass, unknown, warn ou fail ; $evidence est le constat.

check-debian-release = Ce système est Debian 12 ou 13
check-debian-release-means =
    Les paquets et la configuration sont connus et éprouvés sur ces deux versions. Sur tout autre système, les fichiers
    écrits ici seraient faux par endroits.
check-debian-release-fix =
    L’installation s’arrête ici. Prenez un serveur neuf sous Debian 13 (trixie) ou 12 (bookworm).

check-release-ahead = Les sources d’apt nomment la version en service
check-release-ahead-means =
    Le prochain `apt-get dist-upgrade` fera de ce serveur un serveur de la version suivante. Dovecot 2.4 ne lit pas la
    configuration de 2.3 : entre la mise à niveau et l’installation qui la suit, personne ne peut relever son courrier ;
    celui qui arrive entre-temps attend.
check-release-ahead-fix =
    Mettez à niveau quand personne n’a besoin du courrier, puis laissez mailwright écrire les fichiers de la nouvelle
    version :
        apt-get dist-upgrade
        mailwright resume

check-is-root = mailwright est exécuté par root
check-is-root-means = Sans root, rien ne peut être modifié : cette exécution montre seulement ce qu’elle ferait.
check-is-root-fix =
    Connectez-vous en root ou passez par sudo :
        sudo mailwright setup

check-init-systemd = systemd gère cette machine
check-init-systemd-means =
    Les démons sont démarrés et surveillés par systemd. Sans lui, ils ne reviendraient pas après un redémarrage.
check-init-systemd-fix =
    L’installation s’arrête ici. Pour un conteneur, prenez-en un qui démarre un système complet ; sur un serveur,
    installez systemd-sysv et redémarrez.

check-architecture = Le processeur est de ceux que l’installation prend en charge (amd64, arm64)
check-architecture-means =
    Personne n’a essayé l’installation sur ce type de machine, et des paquets peuvent manquer.
check-architecture-fix =
    L’installation s’arrête ici. Prenez un serveur de l’un de ces deux types ; pour connaître celui de cette machine :
        dpkg --print-architecture

check-memory = La mémoire suffit
check-memory-means = { $outcome ->
    [fail]
        Base de données, Postfix et Dovecot ne tiennent pas ensemble dans cette mémoire : le noyau arrêterait l’un
        d’eux, encore et encore.
   *[other]
        Cela fonctionne pour quelques utilisateurs. Si plusieurs se connectent à la fois (64 Mio chacun pour vérifier un
        mot de passe), le noyau peut arrêter la base de données.
}
check-memory-fix = { $outcome ->
    [fail]
        L’installation s’arrête ici. Prenez un serveur d’au moins 1 Gio.
   *[other]
        L’installation continue. Donnez à la machine 1 Gio d’espace d’échange si elle n’en a pas :
            fallocate -l 1G /swapfile && chmod 600 /swapfile
            mkswap /swapfile && swapon /swapfile
            echo '/swapfile none swap sw 0 0' >> /etc/fstab
}

check-free-disk = L’espace disque libre suffit
check-free-disk-means = { $outcome ->
    [fail] Les paquets et la base de données prennent plus d’un gigaoctet : l’installation s’arrêterait à mi-chemin.
   *[other] Il reste peu de place pour le courrier. Un disque plein fait refuser tous les messages à Postfix.
}
check-free-disk-fix = { $outcome ->
    [fail]
        L’installation s’arrête ici. Faites de la place, puis relancez :
            apt-get clean
            journalctl --vacuum-size=100M
            du -xh --max-depth=2 / | sort -h | tail -20
   *[other]
        L’installation continue. Surveillez l’espace, ou prenez un disque plus grand avant que les boîtes ne
        grossissent :
            df -h / /var
}

check-clock = L’horloge est à l’heure et le reste
check-clock-means = { $outcome ->
    [fail]
        Selon cette horloge, aucun certificat n’est encore valable : les paquets ne pourraient pas être téléchargés en
        TLS et aucun logiciel de messagerie ne se connecterait.
   *[other]
        Rien ne maintient l’horloge à l’heure. Dès qu’elle dérive de quelques minutes, signatures et certificats
        échouent et le courrier porte une date fausse.
}
check-clock-fix = { $outcome ->
    [fail]
        L’installation s’arrête ici. Mettez l’horloge à l’heure, puis relancez :
            apt-get install systemd-timesyncd
            timedatectl set-ntp true
            timedatectl
   *[other]
        L’installation continue. Faites maintenir l’heure :
            apt-get install systemd-timesyncd
            timedatectl set-ntp true
            timedatectl
}

check-dpkg-healthy = Aucun paquet n’est installé à moitié
check-dpkg-healthy-means = { $outcome ->
    [fail]
        Une installation a été interrompue avant l’arrivée de mailwright. Tant qu’elle n’est pas terminée, apt
        n’installe rien, et c’est à celui qui l’a commencée de la terminer.
   *[other]
        Une installation n’est pas terminée. Elle est peut-être en passe de l’être, ou une exécution de mailwright
        s’est arrêtée là, ou une mise à niveau de Debian s’est interrompue là où un service ne démarrait pas avec la
        configuration de l’ancienne version.
}
check-dpkg-healthy-fix = { $outcome ->
    [fail]
        Terminez-la, vérifiez qu’elle aboutit, puis relancez :
            dpkg --configure -a
            apt-get install --fix-broken
   *[other] Elle est attendue, et ce qui est resté en chemin est terminé avant toute autre chose.
}

check-dpkg-lock = Le verrou de dpkg est libre
check-dpkg-lock-means =
    Un autre programme installe ou met à jour des paquets. Sur un serveur neuf, c’est souvent la première mise à jour
    automatique.
check-dpkg-lock-fix =
    Il est attendu, 15 minutes au plus. Pour voir ce qu’il fait :
        ps -C apt-get,apt,dpkg,unattended-upgr -o pid,etime,args

check-packages-at-hand = Les paquets peuvent être téléchargés
check-packages-at-hand-means =
    Postfix, Dovecot et MariaDB viennent du miroir de Debian, qui n’a pas pu être joint ; le cache d’apt ne les contient
    pas tous.
check-packages-at-hand-fix =
    Cherchez pourquoi, puis relancez. Un pare-feu, un mauvais résolveur ou un miroir mort sont les causes habituelles :
        apt-get update
        cat /etc/resolv.conf /etc/apt/sources.list /etc/apt/sources.list.d/*

check-apt-willing = apt accepte d’installer les paquets
check-apt-willing-means =
    apt a dit ce qu’il ferait, et c’est un refus. Il en donne la raison dans ses propres mots ; l’installation
    s’arrêterait aux paquets.
check-apt-willing-fix =
    Corrigez ce qu’il indique, puis relancez. Un paquet figé par apt-mark, une ligne fautive dans les sources d’apt, une
    version épinglée ou étrangère sont les causes habituelles :
        apt-mark showhold
        apt-get update
        apt-get install --simulate postfix dovecot-core mariadb-server

check-apt-removes = apt ne supprime rien pour faire de la place
check-apt-removes-means =
    Ces paquets ne peuvent pas cohabiter avec ceux du serveur de messagerie : apt les supprime en installant ces derniers.
check-apt-removes-fix =
    Si l’un d’eux sert ici, n’allez pas plus loin. Pour voir à quoi sert chacun :
        apt-cache show NAME
    Leur configuration reste dans /etc, et un retour en arrière les réinstalle.

check-places-writable = L’installation peut écrire là où il le faut
check-places-writable-means =
    Un système de fichiers est monté en lecture seule, ou un attribut du système de fichiers l’interdit à tous :
    l’installation s’arrêterait à mi-chemin. Ou un fichier à modifier n’est pas en UTF-8, et perdrait ce qui ne peut pas
    être lu.
check-places-writable-fix =
    Montez-le en écriture, ou retirez l’attribut, puis relancez (un système de fichiers passé de lui-même en lecture
    seule a des erreurs : consultez d’abord dmesg) :
        findmnt -T /etc
        lsattr -d /etc
        mount -o remount,rw /
        chattr -i -a PATH
        iconv -f ISO-8859-1 -t UTF-8 -o /tmp/hosts /etc/hosts && cp /tmp/hosts /etc/hosts

check-other-mail-server = Aucun autre serveur de messagerie ne gêne
check-other-mail-server-means = { $outcome ->
    [fail]
        Cette machine reçoit ou conserve du courrier pour quelqu’un. Debian n’admet qu’un seul paquet de ce genre :
        l’installation le supprimerait, et le courrier avec lui.
   *[other]
        Il envoie le courrier de cette machine et n’en reçoit pas de l’extérieur. Debian n’admet qu’un seul paquet de ce
        genre, et Postfix prend sa place.
}
check-other-mail-server-fix = { $outcome ->
    [fail]
        L’installation s’arrête ici. Déplacez son courrier, supprimez vous-même le paquet, et relancez ; ou prenez un
        serveur neuf.
   *[other]
        apt le supprime en installant Postfix ; sa configuration reste sous /etc. Le retour en arrière le réinstalle.
}

check-mail-configuration = Aucune configuration de messagerie étrangère n’est en place
check-mail-configuration-means =
    Postfix ou Dovecot a déjà été configuré, à la main ou par son paquet. Le fichier entier est remplacé : ce qu’il
    faisait n’est plus fait.
check-mail-configuration-fix =
    La différence est montrée avant toute écriture, et l’ancien fichier est conservé : le retour en arrière le remet en
    place. Voyez ce qui s’y trouve :
        mailwright setup --dry-run

check-ports-free = Les ports d’un serveur de messagerie sont libres
check-ports-free-means = { $outcome ->
    [warn] Un programme de messagerie propre à cette machine occupe l’un d’eux, et s’en va quand Postfix prend sa place.
   *[other]
        Un autre programme occupe l’un d’eux. Postfix ou Dovecot ne pourrait pas démarrer, ou le courrier irait à ce
        programme.
}
check-ports-free-fix = { $outcome ->
    [warn] Il n’y a rien à faire : apt l’arrête avant que Postfix ne démarre.
    [unknown]
        Seul root peut voir de quel programme il s’agit :
            sudo ss -ltnp
   *[other]
        L’installation s’arrête ici. Voyez de quel programme il s’agit, arrêtez-le et empêchez-le de redémarrer :
            ss -ltnp
            systemctl disable --now NAME
}

check-database-server = Aucun autre serveur de base de données ne gêne
check-database-server-means = { $outcome ->
    [fail]
        La base du courrier est servie par MariaDB. Le serveur présent ici serait supprimé par apt.
   *[other]
        Il n’a pas été mis en place par mailwright. Sa configuration et son réseau restent tels quels.
}
check-database-server-fix = { $outcome ->
    [fail]
        L’installation s’arrête ici. Déplacez ses bases sur une autre machine et supprimez-le, ou prenez un serveur neuf
        pour le courrier.
   *[other]
        Ses bases restent telles quelles. Il en reçoit une de plus, nommée mailserver. Sauvegardez d’abord ce qu’il
        contient :
            mariadb-dump --all-databases > /root/databases.sql
}

check-database-access = MariaDB laisse entrer root par son socket
check-database-access-means = { $outcome ->
    [fail]
        Le root de cette machine a un mot de passe dans MariaDB, et aucun accès par le socket. mailwright ne conserve pas
        un tel mot de passe et ne pourrait pas créer la base du courrier.
   *[other] Impossible de voir si le root de cette machine peut entrer.
}
check-database-access-fix = { $outcome ->
    [fail]
        Laissez entrer root des deux façons, par le mot de passe et par le socket (son mot de passe reste valable), puis
        relancez :
            mariadb -u root -p
            ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING 'HASH';
        HASH est ce qu’affiche ceci pour root@localhost :
            SELECT authentication_string FROM mysql.user WHERE user = 'root' AND host = 'localhost';
   *[other]
        Démarrez-la, puis relancez ; ou cherchez pourquoi elle ne tourne pas :
            systemctl start mariadb
            journalctl -u mariadb
}

check-database-tables = Aucune table étrangère n’occupe la place de celles du courrier
check-database-tables-means =
    Une base nommée mailserver est ici, avec des tables du même nom que les nôtres et d’une autre forme, comme les crée
    un autre guide. Elles sont à quelqu’un : elles ne sont ni modifiées, ni utilisées.
check-database-tables-fix =
    Donnez un autre nom à cette base (et à ce qui la lit), ou reprenez ses lignes dans les réponses et supprimez-la ;
    puis relancez. Sauvegardez-la d’abord :
        mariadb-dump mailserver > /root/mailserver.sql

check-mail-account = Un compte peut être propriétaire du courrier
check-mail-account-means =
    Un compte vmail est déjà ici, et il ne peut pas être propriétaire du courrier : celui-ci aurait le mauvais
    propriétaire, ou pourrait être lu par un autre.
check-mail-account-fix =
    Modifiez ce compte pour qu’il convienne, ou renommez-le s’il sert à autre chose ; puis relancez :
        getent passwd vmail
        getent group vmail
        usermod --home /var/vmail vmail
        usermod --gid vmail vmail

check-password-schemes = Dovecot peut vérifier tous les mots de passe
check-password-schemes-means = { $outcome ->
    [fail]
        Ces boîtes ont une empreinte d’un ancien schéma, que le Dovecot de cette Debian refuse parce qu’il est trop
        faible. Personne ne pourrait s’y connecter.
   *[other]
        Ces boîtes ont une empreinte d’un ancien schéma, trop faible. Le Dovecot de Debian 12 l’accepte, celui de
        Debian 13 non : après une mise à niveau, personne ne pourrait s’y connecter.
}
check-password-schemes-fix = { $outcome ->
    [fail] Donnez un nouveau mot de passe à ces boîtes dans les réponses, puis relancez.
   *[other] L’installation continue. Faites changer ces mots de passe avant que le serveur ne passe à Debian 13.
}

check-cloud-init = cloud-init ne touche pas au nom de cette machine
check-cloud-init-means =
    La configuration livrée avec la machine l’emporte sur tous les fichiers d’ici : au prochain démarrage, /etc/hosts
    serait réécrit, avec 127.0.1.1 pour le nom du serveur, et Postfix ne trouverait plus son adresse.
check-cloud-init-fix =
    L’installation continue. Retirez cette tâche à cloud-init, puis redémarrez une fois et lancez les contrôles :
        sed -i '/update_etc_hosts/d' /etc/cloud/cloud.cfg
        reboot
        mailwright check

check-address-ipv4 = Le monde joint cette machine en IPv4
check-address-ipv4-means = { $outcome ->
    [fail] L’adresse à publier dans le DNS n’est pas celle de cette machine. Le courrier de vos domaines irait ailleurs.
   *[other]
        L’adresse de cette machine n’est pas joignable depuis Internet. Le courrier n’arrive que si un intermédiaire
        (NAT, répartiteur de charge) le transmet ; IPv6 seul n’atteint qu’une partie des serveurs de messagerie.
}
check-address-ipv4-fix = { $outcome ->
    [fail]
        Voyez quelles adresses sont ici, et inscrivez la bonne dans les réponses (ipv4), ou supprimez la ligne :
            ip -4 address show scope global
   *[other]
        L’installation continue. Inscrivez l’adresse publique dans les réponses (ipv4), et faites rediriger vers cette
        machine les ports 25, 465, 587, 143, 993, 110 et 995 ; le courrier sortant doit partir de la même adresse.
}

check-address-ipv6 = Le monde joint cette machine en IPv6, ou pas du tout par là
check-address-ipv6-means = { $outcome ->
    [fail]
        L’adresse IPv6 des réponses n’est pas sur cette machine. Publiée dans le DNS, elle fait attendre aux autres une
        réponse qui ne vient jamais, et le courrier envoyé d’ici a une autre adresse que ne le disent SPF et PTR.
   *[other] L’adresse IPv6 de cette machine est privée : publiée dans le DNS, personne ne pourrait la joindre.
}
check-address-ipv6-fix = { $outcome ->
    [fail]
        Configurez d’abord cette adresse, ou écrivez ipv6 = "none" dans les réponses :
            ip -6 address show scope global
   *[other]
        L’installation continue. Écrivez l’adresse publique ou "none" dans les réponses (ipv6).
}

check-mail-out = Les serveurs de courrier d’ailleurs sont joignables
check-mail-out-means =
    Le port 25 est fermé en sortie, comme souvent au début chez les hébergeurs. Le courrier arrive ; celui qui part vers
    d’autres serveurs reste dans la file d’attente et revient à son expéditeur au bout de cinq jours.
check-mail-out-fix =
    L’installation continue. Demandez à l’hébergeur de ce serveur d’ouvrir le port 25 en sortie ; la plupart le font sur
    demande. Sinon, deux voies restent : un autre hébergeur, ou un relais qui accepte votre courrier sur le port 587
    (relayhost dans postconf(5)).

check-name-before = Le nom de cette machine peut changer sans gêne
check-name-before-means =
    La machine a déjà un nom complet, et c’en est un autre. Ce qui a été mis en place sous l’ancien nom (certificats,
    supervision, sauvegardes) peut encore le chercher.
check-name-before-fix =
    L’installation lui donne le nouveau nom ; le retour en arrière rétablit l’ancien. Voyez d’abord qui utilise
    l’ancien :
        grep -rIl "$(hostname -f)" /etc
