# Une zone que BIND tient sur le serveur lui-même.

step-zone = Une zone DNS sur ce serveur
step-zone-why =
    Là où ce serveur est lui-même le serveur de noms d’un domaine de messagerie, les enregistrements DNS sont inscrits
    dans le fichier de la zone : ce qui convient déjà reste, les commentaires restent, le numéro de série augmente, le
    contrôle de BIND passe d’abord, et ce que BIND sert ensuite est vérifié. Partout ailleurs, c’est vous qui publiez les
    enregistrements, et rien n’est fait ici. Le retour en arrière remet l’ancien fichier, avec son numéro de série plus
    bas ; les serveurs secondaires gardent la zone plus récente tant que ce numéro n’a pas dépassé le leur.

question-zone-edit = Inscrire les enregistrements dans le fichier de la zone
question-zone-edit-help =
    BIND tient sur ce serveur la zone d’un domaine. yes inscrit les enregistrements dans son fichier ; vous voyez la
    différence auparavant. no n’y touche pas : `mailwright dns` donne la liste de ce qu’il faut publier.

question-zone-obsolete = Enregistrements que plus personne ne lit
question-zone-obsolete-help =
    La zone contient des enregistrements SPF d’un type à eux (abandonné en 2014), Sender-ID, ADSP ou DomainKeys (tous
    historiques). keep les laisse, ce qui ne nuit pas ; remove les retire.

change-zone = Inscrire { $count ->
    [one] { $count } enregistrement
   *[other] les { $count } enregistrements
} du serveur dans la zone { $zone } ({ $path }), là où il manque ou diffère
change-zone-removing = Inscrire { $count ->
    [one] { $count } enregistrement
   *[other] les { $count } enregistrements
} du serveur dans la zone { $zone } ({ $path }), là où il manque ou diffère, et retirer ce que plus personne ne lit

check-zone-served = BIND sert ici la zone { $about } avec les enregistrements du serveur
check-zone-served-means =
    Ce qui se trouve dans le fichier de la zone n’est pas ce que le monde reçoit : BIND ne l’a pas chargé, ou un
    enregistrement y est différent.
check-zone-served-fix =
    Voyez ce qui ne va pas dans le fichier, faites-le charger par BIND, et voyez ce qu’il en dit :
        named-checkzone { $about } { $path }
        rndc reload { $about }
        journalctl --boot --unit named --lines 50

check-zone-by-hand = Les fichiers de zone de BIND peuvent ici être modifiés
check-zone-by-hand-means =
    BIND tient sur ce serveur la zone d’un domaine, mais son fichier ne doit pas ou ne peut pas être modifié de
    l’extérieur. Il reste tel quel.
check-zone-by-hand-fix =
    Inscrivez les enregistrements dans la zone comme vous le faites d’habitude. Leur liste :
        mailwright dns

check-zone-obsolete = Les zones d’ici n’ont pas d’enregistrement que plus personne ne lit
check-zone-obsolete-means =
    Ils ne nuisent pas, mais sont un poids mort. SPF n’est lu que dans des enregistrements TXT depuis 2014 ; Sender-ID
    (spf2.0) et ADSP sont historiques, DMARC les a remplacés ; DomainKeys et sa politique sous _domainkey le sont aussi,
    depuis qu’il y a DKIM.
check-zone-obsolete-fix =
    Retirez-les à la main, ou écrivez obsolete = "remove" sous [zone] dans les réponses et relancez setup.

answer-zone-unused = avec edit = "no", rien n’est non plus retiré de la zone
answer-zone-edit-meaning = Si les enregistrements sont inscrits dans les zones que BIND tient sur ce serveur
answer-zone-edit-allowed = "yes" ou "no"
answer-zone-obsolete-meaning = Ce que deviennent les enregistrements que plus personne n’y lit
answer-zone-obsolete-allowed = "keep" ou "remove"
