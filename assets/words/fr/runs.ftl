# Ce que disent les commandes.

preview-edited = modifié à la main depuis que mailwright l’a écrit
preview-count = { $count ->
    [0] Rien à modifier.
    [one] { $count } modification.
   *[other] { $count } modifications.
}
progress-lock = attente de { $holder }, qui tient le verrou de dpkg
progress-dpkg = dpkg a été interrompu plus tôt ; configuration de ce qu’il a laissé
progress-lists = téléchargement des listes de paquets
progress-settling = remise en ordre de { $subject }, interrompu plus tôt
progress-checked = contrôles : { $passed } sur { $all } réussis

review-no-mailbox =
    Il n’y a aucune boîte aux lettres : personne ne peut se connecter ni garder de courrier ici tant qu’il n’y en a
    pas.
setup-not-root = Sans root, ceci est une simulation : rien ne sera modifié.
setup-nothing = Rien à modifier : le serveur est tel que le veulent les réponses. `mailwright check` l’examine de près.
setup-meanwhile = Le serveur a changé pendant que la question était posée. Voici où il en est :
setup-agree = Effectuer ces modifications ?
setup-log = Trace de cette exécution : { $log }

ask-default = o/N
ask-yes = Oui
ask-no = Non
ask-again = Tapez o pour oui ou n pour non

rollback-nothing = Il n’y a rien à défaire.
rollback-list = À défaire, dans cet ordre :
rollback-agree = Défaire tout cela ?
rollback-done = { $count ->
    [one] { $count } modification défaite.
   *[other] { $count } modifications défaites.
}
rollback-starts-database = MariaDB ne répond pas ; il est redémarré une dernière fois pour sauvegarder son contenu.
rollback-kept = Laissé en place car étranger à mailwright, ou sauvegardé avant d’être supprimé :

status-nothing = mailwright n’a rien modifié sur ce serveur.
status-running = mailwright est à l’œuvre sur ce serveur.
status-interrupted =
    La dernière exécution a été interrompue. Pour continuer : `mailwright resume` ; pour revenir en arrière :
    `mailwright rollback`.
status-failed =
    La dernière exécution a échoué. Pour continuer : `mailwright resume` ; pour revenir en arrière : `mailwright
    rollback`.
status-finished = L’installation est terminée. `mailwright check` l’examine de près.
status-going-back =
    La dernière exécution était un retour en arrière qui n’est pas allé à son terme. Pour le poursuivre : `mailwright
    rollback`.
status-partly = Le dernier retour en arrière s’est arrêté en chemin : ce qui reste en place figure ci-dessous.
status-last = Dernière exécution : { $verb }, { $at } (mailwright { $program })
status-done = fait
status-open = à faire

closing-title = { $hostname } est maintenant un serveur de messagerie.
closing-title-unseen =
    { $hostname } est installé, mais { $count ->
        [one] une vérification n’a
       *[other] { $count } vérifications n’ont
    } pas pu voir si tout va bien : cherchez « inconnu » ci-dessus.
setup-unseen =
    Rien n’a échoué, mais { $count ->
        [one] une vérification reste inconnue
       *[other] { $count } vérifications restent inconnues
    } : ce qui n’a pas pu être vu n’est pas sûr de marcher. `mailwright check` regarde à nouveau.
closing-programs = Réglages pour un logiciel de messagerie
closing-port = { $server }  { $port } TLS   (ou { $other } STARTTLS)
closing-user = Identifiant
closing-user-is = l’adresse complète, par exemple { $example }
closing-self-signed =
    Le certificat est autosigné : les logiciels de messagerie demandent une fois s’il faut lui faire confiance.
closing-acme-unmet =
    Aucune autorité ne se porte encore garante du certificat : d’ici là, il est autosigné, et les logiciels de messagerie
    demandent s’il faut lui faire confiance. Pour s’adresser de nouveau à l’autorité : `mailwright resume --yes`
closing-dns = Enregistrements DNS à publier
closing-dns-more = `mailwright dns` énumère aussi ceux qui sont conseillés, et montre lesquels le monde voit.
closing-places = Où se trouve quoi
closing-configuration = Configuration
closing-journal = Journal
closing-log = Trace
closing-next = Ce que vous pouvez faire
closing-check = Contrôler le serveur
closing-change = Modifier quelque chose
closing-back = Revenir en arrière

rehearse-needs =
    Un essai déroule toute l’installation sur un hôte Debian { $release } jetable. Il lui faut root,
    systemd-container, mmdebstrap et environ 1 Go sous /var/cache/mailwright ; le courrier et les services de cette
    machine ne sont pas touchés.
rehearse-install = Installer { $packages } à cette fin ?
rehearse-preparing = Préparation de l’hôte (la première fois, Debian est téléchargée) ...
rehearse-arrived = courrier arrivé : { $from } -> { $to }
rehearse-kept =
    Les hôtes tournent jusqu’à ce que vous pressiez Ctrl-C ici. Pour entrer dans l’un d’eux, depuis un autre terminal :
rehearse-gone = L’hôte jetable a disparu.
rehearse-done = L’essai s’est bien passé ({ $seconds } s).
