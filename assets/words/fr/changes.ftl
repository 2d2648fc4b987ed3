# Ce que fait chaque modification, en une ligne.

change-packages = Installer { $count ->
    [one] { $count } paquet
   *[other] { $count } paquets
} : { $names }
change-packages-held = Installer { $count ->
    [one] { $count } paquet
   *[other] { $count } paquets
} : { $names } (sans démarrer { $held } avant configuration)
change-hostname = Nommer cette machine { $name }
change-directory = Créer le répertoire { $path } ({ $mode } { $owner })
change-file = Écrire { $path } ({ $mode } { $owner })
change-system-user = Créer le compte système { $name } (identifiant { $id }, répertoire { $home }, sans connexion)
change-certificate = Créer un certificat autosigné pour { $name } ({ $days } jours) : { $certificate }, clé dans { $key }
change-signing-key = Créer la clé RSA de { $bits } bits qui signe le courrier : { $path }
change-database = Créer la base de données { $name } et ses tables { $tables }
change-database-reader = Créer le compte de base de données { $user }, limité à la lecture de { $database }
change-row = Ajouter une ligne à { $table } ({ $key })
change-row-domain = Ajouter le domaine { $name }
change-row-mailbox = Ajouter la boîte aux lettres { $address } (quota { $quota })
change-row-mailbox-unlimited = Ajouter la boîte aux lettres { $address } (sans quota)
change-row-alias = Ajouter l’alias { $address } vers { $to }
change-service = Démarrer { $name } avec sa configuration et l’activer au démarrage
