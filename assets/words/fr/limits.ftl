# Les limites : à quelle vitesse le courrier part et arrive, et combien en envoie chaque utilisateur.

step-limits = Limites
step-limits-why =
    Les grands destinataires freinent ou refusent une adresse inconnue qui envoie beaucoup d’un coup : le courrier part
    donc d’abord doucement. Ce qu’envoie chaque utilisateur est compté : avec un mot de passe volé, on ruine en une heure
    le nom d’un serveur, et ce qui dépasse ce qu’une personne écrit est ajourné. Qui se connecte trop souvent est prié de
    revenir plus tard. Une limite ne perd rien : le courrier attend, ou son expéditeur est averti.

# Ce que les limites représentent, en une table de trois colonnes.
limits-table = Au plus, en une minute (un client est une adresse qui se connecte) :
limits-login = destinataires d’un utilisateur
limits-login-more = { $hour } par heure, { $day } par jour
limits-not-counted = personne ne compte
limits-domain = messages vers un domaine
limits-domain-paced = espacés de { $delay } s, { $recipients } destinataires
limits-domain-free = { $connections } à la fois, { $recipients } destinataires chacun
limits-messages = messages d’un client
limits-recipients = destinataires d’un client
limits-connections = connexions d’un client
limits-at-once = { $count } à la fois
limits-tls = ouvertures TLS d’un client
limits-passwords = connexions d’utilisateurs d’un client

question-limits-outgoing = Vitesse d’envoi
question-limits-outgoing-help =
    gentle convient à un serveur que personne ne connaît encore : vers chaque domaine un message toutes les 5 s, à 3
    destinataires à la fois. Quand le courrier est bien parti pendant quelques semaines, passez à normal, le comportement
    de Postfix lui-même. Un envoi à beaucoup d’adresses d’un même domaine dure longtemps avec gentle ; le courrier entre
    vos utilisateurs n’est jamais ralenti.

question-limits-outgoing_connections = Connexions simultanées vers un même domaine
question-limits-outgoing_connections-help =
    Seulement sans pause entre les remises : avec une pause, Postfix n’ouvre qu’une connexion à la fois vers un domaine.

question-limits-outgoing_delay = Secondes entre deux remises vers un même domaine
question-limits-outgoing_delay-help = 0 : aucune pause. 5 donne au plus 12 remises par minute vers chaque domaine.

question-limits-outgoing_recipients = Destinataires par remise
question-limits-outgoing_recipients-help =
    Un message à davantage de destinataires d’un même domaine est remis en plusieurs fois. Au moins 2 : avec 1, Postfix
    applique toutes ces limites à chaque destinataire.

question-limits-per_login = Compter ce qu’envoie chaque utilisateur
question-limits-per_login-help =
    on interroge policyd-rate-limit sur chaque message que déposent vos utilisateurs. Qui a trop envoyé en est averti, et
    peut envoyer de nouveau plus tard. Tant que ce programme est arrêté, personne ne peut envoyer ; la réception continue.

question-limits-login_minute = Destinataires par minute et par utilisateur
question-limits-login_minute-help =
    Un message à trois personnes compte trois fois. Laissez de la place pour un message à tous les membres d’un club.

question-limits-login_hour = Destinataires par heure
question-limits-login_hour-help = De même pour la dernière heure.

question-limits-login_day = Destinataires par jour
question-limits-login_day-help =
    De même pour les dernières 24 heures. C’est ce que peut envoyer le voleur d’un mot de passe avant le lendemain.

question-limits-incoming_connections = Connexions simultanées d’une même adresse
question-limits-incoming_connections-help =
    D’une adresse extérieure vers chacun des ports 25, 465 et 587. Un bureau derrière une seule adresse compte pour un.

question-limits-incoming_connection_rate = Nouvelles connexions par minute d’une même adresse
question-limits-incoming_connection_rate-help =
    Au-delà, l’adresse est priée de revenir plus tard, comme pour tout ce qui suit.

question-limits-incoming_messages = Messages par minute d’une même adresse
question-limits-incoming_messages-help = Des autres serveurs. Ce qu’envoient vos utilisateurs est compté par utilisateur, tant que c’est activé.

question-limits-incoming_recipients = Destinataires par minute d’une même adresse
question-limits-incoming_recipients-help =
    Tous messages confondus, et les refusés comptent aussi : cela arrête qui devine des adresses.

question-limits-incoming_logins = Connexions d’utilisateurs par minute d’une même adresse
question-limits-incoming_logins-help =
    Les bons mots de passe comptent aussi : une limite peut bloquer tout un bureau derrière une seule adresse. Avec 0, il
    n’y en a pas ; Dovecot ralentit qui devine, et fail2ban le bannit.

question-limits-incoming_tls_sessions = Nouvelles sessions TLS par minute d’une même adresse
question-limits-incoming_tls_sessions-help =
    Chacune coûte du travail à ce serveur. Les sessions reprises ne comptent pas.

check-logins-counted = Ce qu’envoie chaque utilisateur est compté
check-logins-counted-means =
    policyd-rate-limit ne répond pas, ou répond faux. Tant qu’il est arrêté, vos utilisateurs sont priés de réessayer plus
    tard et personne ne peut envoyer ; avec de fausses limites, un mot de passe volé enverrait plus que vous ne voulez.
check-logins-counted-fix =
    Voyez ce qu’il dit, relancez-le, et laissez l’installation réécrire sa configuration si elle diffère :
        journalctl --boot --unit policyd-rate-limit --lines 30
        systemctl restart policyd-rate-limit
        mailwright setup

check-resolvers-followed = OpenDKIM et Postfix interrogent les résolveurs de /etc/resolv.conf
check-resolvers-followed-means =
    Ils interrogent des résolveurs que cette machine utilisait avant. Quand ceux-ci se taisent, les signatures ne peuvent
    plus être vérifiées ni les destinataires trouvés : le courrier est différé, à l’arrivée comme au départ.
check-resolvers-followed-fix =
    Transmettez les résolveurs, et voyez pourquoi cela ne s’est pas fait tout seul :
        systemctl start mailwright-resolvers.service
        systemctl status mailwright-resolvers.path
        mailwright setup

check-leaves-by = Le courrier part de { $about }
check-leaves-by-means =
    Les enregistrements (A, AAAA, SPF, PTR) nomment une adresse de ce serveur, et son courrier part d’une autre : ailleurs on
    le croit falsifié, et on le refuse.
check-leaves-by-fix =
    Voyez quelle adresse les routes choisissent et à laquelle Postfix est lié, et laissez l’installation réécrire main.cf :
        ip route get 198.41.0.4
        postconf smtp_bind_address smtp_bind_address6
        mailwright setup

check-mail-gets-out = Les serveurs de courrier d’ailleurs sont joignables
check-mail-gets-out-means =
    Quand le port 25 est fermé en sortie, comme souvent au début chez les hébergeurs, le courrier arrive mais rien ne
    part : ce qui est destiné à d’autres serveurs reste dans la file d’attente et revient au bout de cinq jours.
check-mail-gets-out-fix =
    Voyez si le DNS répond et ce qui attend :
        getent hosts debian.org
        postqueue -p
    Demandez à l’hébergeur de ce serveur d’ouvrir le port 25 en sortie ; la plupart le font sur demande. Sinon, deux
    voies restent : un autre hébergeur, ou un relais qui accepte votre courrier sur le port 587 (relayhost dans
    postconf(5)).

check-postfix-values = Postfix applique les limites des réponses
check-postfix-values-means =
    Le courrier part plus vite ou plus lentement que vous ne l’avez choisi, ou des inconnus sont admis plus souvent que
    vous ne voulez.
check-postfix-values-fix =
    Voyez ce qui vaut maintenant, et laissez l’installation réécrire main.cf :
        postconf { $names }
        mailwright setup --dry-run
        mailwright setup

answer-number = il faut { $allowed }
answer-limits-outgoing-meaning = À quelle vitesse le courrier part vers chaque autre domaine
answer-limits-outgoing-allowed = "gentle" ou "normal"
answer-limits-outgoing_connections-meaning =
    Connexions simultanées vers un même domaine, à la place de la valeur du réglage choisi
answer-limits-outgoing_connections-allowed = un nombre entier de 1 à 100
answer-limits-outgoing_delay-meaning =
    Secondes d’une remise à la suivante vers un même domaine, à la place de la valeur du réglage choisi
answer-limits-outgoing_delay-allowed = un nombre entier de 0 à 300
answer-limits-outgoing_recipients-meaning = Destinataires par remise, à la place de la valeur du réglage choisi
answer-limits-outgoing_recipients-allowed = un nombre entier de 2 à 1000
answer-limits-incoming_connections-meaning = Connexions simultanées d’une même adresse
answer-limits-incoming_connections-allowed = un nombre entier de 1 à 100000
answer-limits-incoming_connection_rate-meaning = Nouvelles connexions d’une même adresse en une minute
answer-limits-incoming_connection_rate-allowed = un nombre entier de 1 à 100000
answer-limits-incoming_messages-meaning = Messages d’une même adresse en une minute
answer-limits-incoming_messages-allowed = un nombre entier de 1 à 100000
answer-limits-incoming_recipients-meaning = Destinataires d’une même adresse en une minute
answer-limits-incoming_recipients-allowed = un nombre entier de 1 à 100000
answer-limits-incoming_logins-meaning = Connexions d’utilisateurs d’une même adresse en une minute, bonnes ou mauvaises
answer-limits-incoming_logins-allowed = un nombre entier de 0 (pas de limite) à 100000
answer-limits-incoming_tls_sessions-meaning = Nouvelles sessions TLS d’une même adresse en une minute
answer-limits-incoming_tls_sessions-allowed = un nombre entier de 1 à 100000
answer-limits-per_login-meaning = Si ce qu’envoie chaque utilisateur est compté
answer-limits-per_login-allowed = "on" ou "off"
answer-limits-login_minute-meaning = À combien de destinataires un utilisateur peut écrire en une minute
answer-limits-login_minute-allowed = un nombre entier de 1 à 100000
answer-limits-login_hour-meaning = À combien de destinataires un utilisateur peut écrire en une heure
answer-limits-login_hour-allowed = un nombre entier de 1 à 100000
answer-limits-login_day-meaning = À combien de destinataires un utilisateur peut écrire en un jour
answer-limits-login_day-allowed = un nombre entier de 1 à 100000
