# Le parcours ligne par ligne : ce qu’il dit et demande autour des étapes, de leurs questions et de l’exécution.

# Les mots que l’on peut taper à la place d’une réponse.
plain-word-back = retour
plain-word-steps = sommaire
plain-word-leave = quitter
plain-keys-words =
    Entrée accepte ce qui figure entre crochets. À la place d’une réponse, vous pouvez taper « ? » pour une explication,
    retour pour la question précédente, sommaire pour aller à une autre étape, quitter pour sortir.
plain-kept = Les réponses sont conservées au fur et à mesure.
plain-keys = flèches pour se déplacer, Entrée pour choisir, Échap pour revenir, lettres pour filtrer la liste
plain-asked = { $words } :
plain-number = Numéro
plain-number-again = Tapez un numéro de 1 à { $last }
plain-more = Entrée pour la suite, q pour arrêter

# Où en est le serveur.
plain-head = mailwright sur { $host }
plain-stands-nothing = Rien n’a encore été modifié sur ce serveur.
plain-stands-running = Un autre mailwright est à l’œuvre sur ce serveur.
plain-stands-interrupted = La dernière exécution a été interrompue : elle peut reprendre, ou être défaite.
plain-stands-failed = La dernière exécution a échoué : elle peut reprendre, ou être défaite.
plain-stands-finished = L’installation est terminée.
plain-stands-going-back = La dernière exécution était un retour en arrière inachevé : il peut reprendre.
plain-stands-partly = Le dernier retour en arrière s’est arrêté en chemin.
plain-stand = { $count ->
    [one] { $count } modification en place.
   *[other] { $count } modifications en place.
}
plain-in-hand = En cours au moment de l’arrêt : { $subject }
plain-not-kept = Les réponses ne sont pas conservées non plus.
plain-looking = Examen de cette machine ...
plain-late = Toujours pas de réponse, l’attente a été abandonnée. Réessayez, ou regardez ce qui occupe la machine.
plain-what-now = Que faire ?

# Ce qui est proposé.
plain-offer-answer = Parcourir les questions
plain-offer-review = Voir le plan
plain-offer-resume = Reprendre l’installation
plain-offer-check = Contrôler le serveur
plain-offer-closing = Afficher les réglages, les enregistrements DNS et les emplacements
plain-offer-records = Écrire les enregistrements DNS dans un fichier
plain-offer-undo-step = Défaire une étape et les suivantes
plain-offer-undo-all = Tout défaire
plain-offer-watch = Suivre son travail
plain-offer-look-again = Examiner à nouveau
plain-offer-start = Démarrer
plain-offer-start-up-to = Démarrer, et s’arrêter après une étape
plain-offer-differences = Afficher les différences de chaque fichier
plain-offer-rehearse = Faire d’abord un essai sur un hôte jetable
plain-offer-retry = Réessayer
plain-offer-change = Modifier une réponse
plain-offer-log = Afficher les lignes de l’exécution
plain-offer-leave = Quitter

# Les étapes et leurs questions.
plain-step = Étape { $n } sur { $all } : { $title }
plain-which-step = Quelle étape ?
plain-to-review = Vers le plan
plain-mark-to-do = à faire
plain-mark-answered = répondu
plain-mark-applying = en cours
plain-mark-applied = appliqué
plain-mark-checked = contrôlé
plain-mark-failed = échec
plain-mark-undone = défait
plain-machine = Cette machine : { $os }, { $memory } Mio de mémoire, { $addresses }.
plain-none = aucune adresse
plain-name-now = Elle s’appelle { $name } pour l’instant.
plain-addresses = Adresses de cette machine : { $addresses }
plain-dns-asking = Interrogation du DNS pour { $name } ...
plain-dns-addresses = D’après le DNS, { $name } mène à { $addresses }.
plain-dns-nothing = Le DNS ne connaît pas encore d’adresse pour { $name }.
plain-dns-unknown = Impossible de savoir ce que le DNS connaît de { $name } : { $why }
plain-dns-late = Le DNS n’a pas encore répondu pour { $name }.
plain-item-help = Expliquer
plain-item-back = Retour
plain-item-steps = Une autre étape
plain-unsaved = Les réponses n’ont pas pu être conservées :

# Tableaux.
plain-none-yet = { $title } : aucun élément pour l’instant
plain-more-rows = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
plain-which-row = Lequel ?
plain-item-add = Ajouter
plain-item-edit = Modifier
plain-item-remove = Supprimer
plain-item-import = Importer un fichier CSV
plain-item-done = Terminé
plain-item-done-with = Terminé, avec { $value }
plain-csv = Fichier CSV
plain-csv-help =
    La première ligne nomme les colonnes : address,password,quota pour les boîtes aux lettres, address,to pour les
    alias, name pour les domaines.
plain-csv-file = ce fichier n’existe pas, ou dépasse 8 Mio
plain-csv-done = Ajoutés : { $added }, mis à jour : { $updated }.
plain-csv-bad = Rien n’a été repris :

# Mots de passe.
plain-password-keep = Garder l’actuel
plain-password-generate = En générer un
plain-password-type = En saisir un
plain-password-hidden = Il ne s’affiche pas pendant la saisie ; Entrée seule revient en arrière.
plain-password-again = Encore une fois
plain-password-differs = Les deux saisies diffèrent.
plain-password-made = Le mot de passe, affiché ici et maintenant seulement :

# Les paquets en arrière-plan.
plain-fetch-agree = Télécharger les paquets en arrière-plan pendant que vous répondez (sans rien installer) ?
plain-fetching = Téléchargement des paquets : { $percent } %
plain-fetch-here = Les paquets sont téléchargés.
plain-fetch-failed = Les paquets n’ont pas pu être téléchargés : { $why }. L’exécution réessaiera.

# Le bilan avant de démarrer.
plain-review = Que faire de ce plan ?
plain-planning = Comparaison du plan avec cette machine ...
plain-wrong = Avant de pouvoir établir un plan, voici ce qui est à corriger dans « { $title } » :
plain-nothing-to-do = Le serveur est tel que le veulent les réponses.
plain-not-fit = Ce serveur n’est pas prêt : corrigez ce qui est marqué ÉCHEC, puis examinez à nouveau.
plain-edited = Modifiés à la main depuis que mailwright les a écrits :
plain-overwrite = Écraser ces fichiers ?
plain-rehearse =
    Un essai déroule toute l’installation sur un hôte Debian jetable, sur cette machine. Il lui faut environ 1 Go
    sous /var/cache/mailwright ; le courrier et les services de cette machine ne sont pas touchés.
plain-rehearse-agree = Faire l’essai maintenant ?
plain-rehearsed = L’essai s’est bien passé ; ce serveur est intact.

# L’exécution.
plain-run-keys = Ctrl-C arrête après la modification en cours ; tout peut ensuite reprendre ou être défait.
plain-stopping = Arrêt après la modification en cours ...
plain-still = Toujours à l’œuvre : { $doing }
plain-stopped = L’exécution a été arrêtée. Ce qui est fait reste en place ; elle peut reprendre ou être défaite.
plain-failed = L’exécution a échoué.
plain-failed-at = L’exécution a échoué à l’étape « { $title } ».
plain-doing = Modification en cours : { $doing }
plain-last-lines = Les dernières lignes de l’exécution :
plain-undo-this = Défaire « { $title } » et les étapes suivantes
plain-checking = Contrôle en cours ...
plain-watching = Ses lignes, jusqu’à la fin ; Ctrl-C permet de partir, et il continue.
plain-watched = Il a terminé.
plain-records-file = Fichier à écrire
plain-records-help = Il reçoit les lignes d’un fichier de zone, telles que BIND et la plupart des hébergeurs DNS les lisent.
plain-records-written = Les enregistrements se trouvent dans { $path }.
plain-file-there = un fichier de ce nom existe déjà
plain-left = Les réponses et le travail sont conservés : mailwright rouvrira là où vous en étiez.
