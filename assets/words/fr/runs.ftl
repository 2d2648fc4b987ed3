# Ce que disent les commandes.

preview-edited = modifié à la main depuis que mailwright l’a écrit
preview-row-changed = modifié par quelqu’un depuis que mailwright l’a écrit
preview-row-removed = supprimé par quelqu’un depuis que mailwright l’a écrit
preview-row-foreign = était là avant et n’est pas de mailwright
preview-account = ne peut que lire { $database }
preview-account-there = existe déjà : il reçoit un nouveau mot de passe et ne peut plus que lire { $database } ; un retour en arrière lui rend son ancien mot de passe et ses droits
preview-record-left = laissé tel quel : { $record }
preview-kept = Laissé tel que des personnes l’ont fait :
preview-count = { $count ->
    [0] Rien à modifier.
    [one] { $count } modification.
   *[other] { $count } modifications.
}
progress-lock = attente de { $holder }, qui tient le verrou de dpkg
progress-dpkg = dpkg a été interrompu plus tôt ; configuration de ce qu’il a laissé
progress-unpack-anew = nouveau dépaquetage de { $packages }, interrompu dans dpkg
progress-torn = la machine a redémarré pendant l’installation : nouveau dépaquetage de { $count } paquets
progress-lists = téléchargement des listes de paquets
progress-settling = remise en ordre de { $subject }, interrompu plus tôt
progress-checked = contrôles : { $passed } sur { $all } réussis

review-no-mailbox =
    Il n’y a aucune boîte aux lettres : personne ne peut se connecter ni garder de courrier ici tant qu’il n’y en a
    pas.
setup-not-root = Sans root, ceci est une simulation : rien ne sera modifié.
setup-nothing = Rien à modifier : le serveur est tel que le veulent les réponses. `mailwright check` l’examine de près.
setup-meanwhile = Le serveur a changé pendant que la question était posée. Voici où il en est :
setup-rows = Remettre ces lignes comme le disent les réponses ?
setup-agree = Effectuer ces modifications ?
setup-log = Trace de cette exécution : { $log }

ask-default = o/N
ask-yes = Oui
ask-no = Non
ask-again = Tapez o pour oui ou n pour non

rollback-nothing = Il n’y a rien à défaire.
rollback-list = À défaire, dans cet ordre :
rollback-saves = Sauvegardé dans /var/backups/mailwright avant d’être supprimé :
rollback-leaves = Laissé en place, car cela n’appartient pas à mailwright :
rollback-nothing-saved = Il n’y a rien à sauvegarder, et rien ne restera en place.
undo-looking = Recherche de ce qui sera sauvegardé et de ce qui restera en place...
undo-unseen = On n’a pas pu voir à temps ce qui serait sauvegardé et ce qui resterait. Réessayez ; `mailwright rollback` attend.
rollback-agree = Défaire tout cela ?
rollback-done = { $count ->
    [one] { $count } modification défaite.
   *[other] { $count } modifications défaites.
}
rollback-starts-database = MariaDB ne répond pas ; il est redémarré une dernière fois pour sauvegarder son contenu.
rollback-kept = Laissé en place car étranger à mailwright, ou sauvegardé avant d’être supprimé :

rollback-unknown = Ne sera pas défait, car le journal a perdu l’état antérieur ; cela reste en place :
rollback-no-journal =
    Rien n’est défait : sans journal, nul ne sait ce qu’il y avait ici auparavant. Ce qui ressemble au travail de
    mailwright reste en place :

journal-from-copy =
    Le journal dans { $dir } a disparu ; sa copie dans { $copy } donne ce qui suit, et la prochaine exécution le
    rétablit.
journal-healed = { $count ->
    [one] { $count } ligne du journal était abîmée ou manquante ; sa copie l’a, et la prochaine exécution la rétablit.
   *[other] { $count } lignes du journal étaient abîmées ou manquantes ; sa copie les a, et la prochaine exécution les rétablit.
}
journal-lost = { $count ->
    [one] { $count } ligne du journal est abîmée ou manquante, dans sa copie aussi ; le reste est utilisé.
   *[other] { $count } lignes du journal sont abîmées ou manquantes, dans sa copie aussi ; le reste est utilisé.
}
journal-aside = Les lignes abîmées sont conservées dans { $path }.
journal-unknown = Modification { $seq } : l’état antérieur est inconnu, `mailwright rollback` la laisse donc en place.
journal-unknown-what = Modification { $seq } ({ $what }) : l’état antérieur est inconnu, `mailwright rollback` la laisse donc en place.
journal-newer = Le journal contient des lignes de version { $version } que ce mailwright ne sait pas lire ; ce qu’il sait lire suit.

status-lost =
    La trace de ce que mailwright a fait sur ce serveur a disparu, sa copie aussi. Ceci ressemble à son travail :
status-lost-way =
    `mailwright setup --answers FILE` reprend le serveur tel qu’il est : les fichiers conformes aux réponses restent,
    les autres sont d’abord montrés avec leurs différences. L’état d’avant mailwright ne peut pas être rendu.
status-kept = { $count ->
    [one] { $dir } contient { $count } ancien fichier, nommé par son empreinte.
   *[other] { $dir } contient { $count } anciens fichiers, nommés par leurs empreintes.
}
setup-lost =
    La trace de ce que mailwright a fait sur ce serveur a disparu. Ce qui est en place est repris : les fichiers
    conformes aux réponses restent, les autres sont remplacés et conservés ; `mailwright rollback` rendra le serveur tel
    qu’il est maintenant.

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
    resume`.
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

traces-files = Fichiers dont la première ligne le dit : { $names }
traces-packages = Paquets qu’une installation apporte : { $names }
traces-accounts = Comptes qu’une installation crée : { $names }
traces-units = Services en marche : { $names }
