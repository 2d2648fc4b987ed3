# Le pare-feu, et ce qui est fait contre ceux qui devinent des mots de passe.

step-firewall = Le pare-feu
step-firewall-why =
    Un pare-feu qui ne sait rien du courrier laisse tout le monde dehors. Là où ce serveur en a un (nftables, ufw ou
    firewalld), les ports du courrier sont ouverts, tout de suite et après chaque démarrage, et aucune autre règle n’est
    touchée : l’accès par SSH reste tel quel. Là où il n’y en a pas, le courrier n’en demande pas, et aucun n’est mis en
    place sans que vous le demandiez.

step-fail2ban = Mots de passe devinés : fail2ban
step-fail2ban-why =
    Un serveur de messagerie est mis à l’épreuve dès sa première heure, à la recherche de mots de passe faibles. fail2ban
    lit les journaux de Postfix et de Dovecot, et ferme pour un temps les ports du courrier à une adresse qui a échoué trop
    souvent. Elle revient d’elle-même, ou quand vous le dites : `fail2ban-client unban ADDRESS`. SSH n’est jamais coupé :
    Debian le fait aussi surveiller par fail2ban dès le début, ce qui est désactivé là où mailwright apporte fail2ban. Celui
    qui était là avant surveille SSH comme il le faisait.

question-firewall = Le pare-feu
question-firewall-help =
    open ouvre les ports du courrier dans le pare-feu qui est là, et n’en met aucun en place. install met aussi en place un
    petit pare-feu de nftables là où il n’y en a pas : SSH et le courrier entrent, rien d’autre. off vous laisse tout.

question-abuse-fail2ban = Bannir les adresses qui devinent des mots de passe
question-abuse-fail2ban-help =
    yes installe fail2ban pour les ports du courrier, et non pour SSH ; les règles que vous lui avez déjà données restent. no
    s’en remet à ce que les serveurs font d’eux-mêmes : Postfix limite les authentifications par minute, et Dovecot, qui
    sert IMAP et POP3, répond seulement de plus en plus lentement.

question-abuse-ban_time = Durée du bannissement d’une adresse
question-abuse-ban_time-help =
    Par exemple 30m, 1h ou 2d. Une heure lasse les programmes qui devinent ; qui s’est trompé de mot de passe revient le
    jour même.

question-abuse-find_time = Durée pendant laquelle les échecs comptent
question-abuse-find_time-help =
    Par exemple 10m ou 1h. Une durée plus longue trouve aussi ceux qui devinent lentement.

question-abuse-tries = Échecs avant le bannissement
question-abuse-tries-help =
    De 2 à 100. Un téléphone avec un ancien mot de passe essaie sans relâche, et un bureau est une seule adresse pour tous
    ceux qui y travaillent : indiquez-la ci-dessous plutôt que d’augmenter beaucoup ce nombre.

question-abuse-ignore = Adresses jamais bannies
question-abuse-ignore-help =
    Vos propres adresses fixes, le réseau d’un bureau ou un serveur de surveillance, séparés par des virgules :
    198.51.100.7, 2001:db8:1::/48. Celles du serveur ne le sont jamais.

change-firewall = Ouvrir les ports { $ports } dans { $name }

check-let-in = Le pare-feu laisse entrer par les ports { $about }
check-let-in-means =
    D’autres serveurs ne peuvent pas remettre de courrier, ou vos utilisateurs n’atteignent pas le leur, maintenant ou après
    le prochain démarrage.
check-let-in-fix =
    Laissez setup remettre les règles, et voyez si une autre règle passe avant elles :
        mailwright setup
        nft list ruleset
        ufw status numbered
        firewall-cmd --list-all

check-firewall-by-hand = Les règles du pare-feu peuvent être modifiées
check-firewall-by-hand-means =
    Quelque chose laisse ici les autres dehors, mais ses règles sont chargées d’une manière particulière, par un script, par
    iptables ou depuis un autre fichier, ou il ne les dit pas. Elles restent telles quelles, et laissent peut-être le courrier
    dehors.
check-firewall-by-hand-fix =
    Ouvrez les ports TCP { $ports } comme vous en ouvrez d’autres. Ce qui vaut maintenant :
        nft list ruleset

check-firewall-in-the-way = Un petit pare-feu peut être mis en place
check-firewall-in-the-way-means =
    Les réponses demandent un pare-feu, et /etc/nftables.conf contient déjà des règles que les nôtres remplaceraient. Elles
    restent telles quelles, et aucun pare-feu n’est mis en place.
check-firewall-in-the-way-fix =
    Faites-en vous-même un pare-feu, ou déplacez-les et relancez setup. Ces ports TCP doivent être ouverts au courrier :
    { $ports }. L’accès par SSH passe avant tout. Pour essayer le fichier sans le charger :
        nft -c -f /etc/nftables.conf
        mailwright setup

check-jail-watches = fail2ban veille sur { $about }
check-jail-watches-means =
    Qui devine des mots de passe ou inonde le serveur n’est pas mis dehors : fail2ban n’a pas cette prison, ou lit un autre
    journal que celui qui est écrit, ou ses bannissements n’atteignent pas le filtre de paquets, comme dans un conteneur qui
    ne peut pas ajouter de règles.
check-jail-watches-fix =
    Voyez ce qu’il en dit, laissez setup récrire sa configuration, et démarrez-le :
        fail2ban-client status { $about }
        tail -n 30 /var/log/fail2ban.log
        mailwright setup
        systemctl restart fail2ban

answer-firewall-meaning = Ce qui est fait du pare-feu
answer-firewall-allowed = "open" (les ports du courrier sont ouverts s’il y en a un), "install" ou "off"
answer-abuse-fail2ban-meaning = Si fail2ban bannit les adresses qui devinent des mots de passe
answer-abuse-fail2ban-allowed = "yes" ou "no"
answer-abuse-ban_time-meaning = Combien de temps une adresse est bannie
answer-abuse-ban_time-allowed = une durée de "1m" à "365d", par exemple "1h"
answer-abuse-find_time-meaning = Pendant combien de temps les échecs comptent
answer-abuse-find_time-allowed = une durée de "1m" à "365d", par exemple "10m"
answer-abuse-tries-meaning = Combien d’échecs mènent au bannissement
answer-abuse-tries-allowed = un nombre entier de 2 à 100
answer-abuse-ignore-meaning = Adresses et réseaux jamais bannis, en plus de ceux du serveur
answer-abuse-ignore-allowed = une liste d’adresses et de réseaux, par exemple ["198.51.100.0/24", "2001:db8::1"]
answer-span = une durée est un nombre entier suivi de m, h ou d, de 1m à 365d, par exemple 10m, 1h ou 2d
answer-network = il faut une adresse telle que 198.51.100.7, ou un réseau tel que 198.51.100.0/24
