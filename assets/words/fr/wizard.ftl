# Les écrans de l’assistant.

# Le cadre.
wizard-too-small = Agrandissez cette fenêtre : il faut au moins 60 colonnes et 18 lignes.
wizard-looking-at = examen de ce serveur ...
wizard-unchanged = rien n’a encore été modifié
wizard-changed = { $count ->
    [one] { $count } modification faite
   *[other] { $count } modifications faites
}
wizard-fetching = paquets { $percent } %
wizard-step-of = Étape { $step } sur { $of }
wizard-stopping = Arrêt après la modification en cours ...
wizard-search = Chercher :

# L’état d’une étape.
wizard-mark-todo = à faire
wizard-mark-answered = prête
wizard-mark-applying = en cours
wizard-mark-applied = appliquée
wizard-mark-checked = vérifiée
wizard-mark-failed = en échec
wizard-mark-undone = défaite

# Ce que fait une touche, en un mot ou deux.
wizard-key-accept = valider
wizard-key-add = ajouter
wizard-key-again = revérifier
wizard-key-alone = appliquer jusqu’ici
wizard-key-answers = modifier les réponses
wizard-key-change = modifier la réponse
wizard-key-choose = choisir
wizard-key-closing = réglages et DNS
wizard-key-close = fermer
wizard-key-copy = copier le DNS
wizard-key-delete = supprimer
wizard-key-diff = détails
wizard-key-edit = modifier
wizard-key-fetch = télécharger les paquets
wizard-key-health = état du serveur
wizard-key-help = aide
wizard-key-import = importer
wizard-key-leave = quitter
wizard-key-log = trace
wizard-key-look = réexaminer
wizard-key-next = suite
wizard-key-other = autre
wizard-key-previous = retour
wizard-key-rehearse = faire un essai
wizard-key-retry = réessayer
wizard-key-search = chercher
wizard-key-start = lancer
wizard-key-steps = étapes
wizard-key-stop = arrêter
wizard-key-undo = tout défaire
wizard-key-undo-step = défaire cette étape
wizard-key-write = écrire le DNS

# Les noms des touches.
wizard-name-enter = Entrée
wizard-name-escape = Échap
wizard-name-page-down = PgSuiv
wizard-name-page-up = PgPréc
wizard-name-space = Espace

# L’aide.
wizard-help = Aide
wizard-help-keys = Les touches de cette page
wizard-help-marks = Les marques des étapes
wizard-help-tab = passe à la partie suivante de la page ; Maj-Tab revient, les flèches avancent ligne par ligne
wizard-help-esc = ferme ce qui est ouvert, sinon revient une page en arrière
wizard-help-line =
    dans une ligne de texte : au début, à la fin, effacer avant le curseur, effacer après, effacer un mot

# La page d’une étape.
wizard-default = (par défaut)
wizard-nothing = (rien pour l’instant)
wizard-next = Suite : { $step }
wizard-changes = Ce qui va changer : { $count ->
    [one] { $count } modification
   *[other] { $count } modifications
}
wizard-changes-none = Cette étape ne modifie rien.
wizard-changes-hold = Rien à modifier ici : tout est déjà en place.
wizard-changes-held = { $count ->
    [one] { $count } autre est déjà en place
   *[other] { $count } autres sont déjà en place
}
wizard-changes-planning = Calcul de ce qui va changer ...
wizard-changes-waiting = Les changements s’afficheront une fois « { $question } » en ordre ({ $why }).
wizard-change-holds = Tout est déjà comme il faut.
wizard-looking = Examen de ce serveur ...
wizard-live-name = Nom actuel de cette machine : { $name }
wizard-live-addresses = Sur cette machine : { $addresses }
wizard-live-no-address = Cette machine n’en a pas.
wizard-dns-asking = DNS : recherche ...
wizard-dns-nothing = DNS : ce nom n’existe pas encore. Il peut être ajouté plus tard : la dernière page montre comment.
wizard-dns-unknown = DNS : pas de réponse, on ne sait rien de ce nom.
wizard-dns-ours = DNS : { $addresses }, c’est ce serveur.
wizard-dns-some = DNS : { $addresses } ; toutes ne sont pas à ce serveur.
wizard-dns-others = DNS : { $addresses }, ce n’est pas ce serveur.
wizard-fetch-offer = Les paquets peuvent arriver en arrière-plan pendant que vous répondez : touche f.
wizard-fetch-coming = Les paquets arrivent : { $percent } %.
wizard-fetch-here = Les paquets sont là.
wizard-fetch-failed = Les paquets n’ont pas encore pu être téléchargés ({ $why }) ; l’installation réessaiera.

# Les tableaux.
wizard-table-none = rien pour l’instant ; Entrée pour ajouter
wizard-table-add = en ajouter
wizard-password-set = défini
wizard-password-missing = manquant
wizard-form-busy = Calcul de l’empreinte du mot de passe ...
wizard-form-password = il faut un mot de passe
wizard-form-generate = Ctrl-G en propose un  ·  Ctrl-R montre la saisie
wizard-form-kept = Laissez vide pour garder le mot de passe en place.
wizard-form-note = Notez-le maintenant : seule son empreinte est conservée, il ne sera plus jamais affiché.
wizard-import = Importer une liste
wizard-import-why = Un fichier texte CSV sur ce serveur. Sa première ligne nomme les colonnes, donc le tableau :
wizard-import-path = Chemin du fichier
wizard-import-busy = Lecture ...
wizard-imported = Importation : { $added } en plus, { $updated } à jour.
wizard-jump = Aller à

# Le récapitulatif.
wizard-review = Récapitulatif
wizard-review-count = { $count ->
    [one] { $count } modification
   *[other] { $count } modifications
} { $steps }
wizard-review-steps = { $count ->
    [one] en une étape
   *[other] en { $count } étapes
}
wizard-review-nothing = Rien à modifier : ce serveur est tel que le veulent les réponses.
wizard-review-open = Il manque encore des réponses
wizard-review-problem = Entrée mène à l’étape.
wizard-start = Lancer l’installation
wizard-start-changes = Faire ces changements
wizard-start-checks = Vérifier ce serveur
wizard-rehearse = En faire d’abord l’essai, sur un hôte Debian jetable dans ce serveur
wizard-found = { $count ->
    [one] { $count } modification contient
   *[other] { $count } modifications contiennent
} « { $text } »
wizard-not-root =
    Sans root, vous pouvez seulement regarder : rien ne peut être modifié ni enregistré. Lancez mailwright avec sudo.
wizard-starting = Démarrage ...
wizard-look-again = Nouvel examen de ce serveur ...
wizard-at-work = Une exécution est déjà en cours.
wizard-start-wrong = Pas encore : des réponses manquent ou sont fausses ; elles figurent en haut du récapitulatif.
wizard-start-unfit = Pas encore : voyez le haut du récapitulatif. Nouvel examen de ce serveur ...
wizard-start-planning = Un instant : calcul des modifications ; la question viendra ensuite.

# Les questions fermées.
wizard-ask-start = { $count ->
    [0] Il n’y a rien à modifier. Vérifier toutes les étapes maintenant ?
    [one] Faire cette { $count } modification maintenant ?
   *[other] Faire ces { $count } modifications maintenant ?
}
wizard-ask-start-step = { $count ->
    [0] Il n’y a rien à modifier jusqu’à « { $step } ». Vérifier maintenant ?
    [one] Faire cette { $count } modification, jusqu’à « { $step } », maintenant ?
   *[other] Faire ces { $count } modifications, jusqu’à « { $step } », maintenant ?
}
wizard-ask-edited =
    Modifiés à la main depuis que mailwright les a écrits : { $files }. Les remplacer ? Leur contenu actuel est conservé.
wizard-ask-rehearse =
    Un essai déroule toute l’installation sur un hôte Debian jetable à l’intérieur de ce serveur, puis le
    supprime. Il faut quelques minutes et environ 1 Go sous /var/cache/mailwright ; systemd-container et mmdebstrap
    sont installés s’ils manquent. Faire l’essai maintenant ?
wizard-ask-undo = { $count ->
    [one] Défaire { $count } modification : « { $step } » et les étapes suivantes ?
   *[other] Défaire { $count } modifications : « { $step } » et les étapes suivantes ?
}
wizard-ask-undo-all = { $count ->
    [one] Défaire { $count } modification, la seule en place ? Le courrier est d’abord sauvegardé.
   *[other] Défaire les { $count } modifications ? Le courrier est d’abord sauvegardé.
}
wizard-ask-delete = Supprimer { $name } de la liste ?
wizard-leave-unsaved = Les réponses n’ont pas pu être enregistrées et seront perdues. Quitter quand même ?

# Une exécution.
wizard-run-setup = Installation de ce serveur
wizard-run-back = Retour en arrière
wizard-run-rehearsal = Essai
wizard-percent = { $percent } %
wizard-made-of = { $made } modifications faites sur { $all }
wizard-made = { $count ->
    [one] { $count } modification faite
   *[other] { $count } modifications faites
}
wizard-taken-back = { $count ->
    [one] { $count } modification défaite
   *[other] { $count } modifications défaites
}
wizard-time = temps écoulé { $elapsed }
wizard-time-of = temps écoulé { $elapsed }, environ { $expected } en tout
wizard-log = Trace
wizard-step-made = Fait et vérifié.
wizard-rehearsal-at-work = Toute l’installation se déroule sur un hôte jetable. Ce serveur reste tel qu’il est.
wizard-rehearsal-well = L’essai s’est bien passé, et l’hôte jetable a disparu. Ce serveur est intact.
wizard-to-review = Retour au récapitulatif

# Une exécution arrêtée.
wizard-failed = Cela n’a pas marché
wizard-stopped = Arrêté, comme vous l’avez demandé
wizard-failure-doing = Ce qui était en cours
wizard-failure-seen = Ce qui a été constaté
wizard-failure-hint = Ce que vous pouvez faire
wizard-failure-log = La fin de la trace
wizard-choice-retry = Réessayer
wizard-choice-go-on = Continuer
wizard-choice-change = Modifier les réponses de cette étape
wizard-choice-undo-step = Défaire cette étape
wizard-choice-undo-all = Tout défaire
wizard-choice-leave = Quitter, et reprendre une autre fois
wizard-choice-resume = Reprendre l’installation
wizard-choice-look = Revoir les réponses
wizard-choice-again = Aller au récapitulatif et recommencer

# Le retour.
wizard-back = Reprise
wizard-back-interrupted = L’installation a été interrompue avant la fin.
wizard-back-failed = L’installation n’est pas allée jusqu’au bout.
wizard-back-rollback = Un retour en arrière n’est pas allé à son terme.
wizard-back-partly = Une partie de l’installation a été défaite.
wizard-back-done = Où elle en est
wizard-back-count = { $count ->
    [one] { $count } modification faite
   *[other] { $count } modifications faites
}
wizard-back-in-hand = En cours à l’arrêt : { $subject }. Ce sera remis en ordre d’abord si vous reprenez.
wizard-undone = Retour en arrière fait
wizard-welcome-back = Vos réponses ont été conservées.
wizard-unsaved = Les réponses n’ont pas pu être enregistrées : { $why }
wizard-other = Un autre mailwright
wizard-other-at-work = Un autre mailwright est à l’œuvre sur ce serveur.
wizard-other-why = Vous pouvez le suivre ici. Quand il aura fini, cet écran montrera où en est le serveur.

# L’état du serveur.
wizard-health = État du serveur
wizard-health-well = Ce serveur de messagerie est en bonne santé.
wizard-health-look = Certains points méritent un coup d’œil.
wizard-checking = Vérification ...

# La fin.
wizard-closing = Votre serveur de messagerie
wizard-closing-records = La touche c les copie, w les écrit dans un fichier.
wizard-copied = Envoyé au presse-papiers de votre terminal. Si rien n’arrive, w écrit les enregistrements dans un fichier.
wizard-written = Les enregistrements sont dans { $path }.
wizard-import-again = Les réponses ont changé pendant la lecture de la liste, qui n’a donc pas été reprise. Importez-la à nouveau.
wizard-leave-form = Le contenu de ce formulaire n’est encore dans aucune réponse. Quitter sans lui ?
wizard-start-changed = Le plan a changé entre-temps : regardez-le, puis lancez à nouveau.
