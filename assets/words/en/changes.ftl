# What a change makes so, one line each.

change-packages = Install { $count ->
    [one] { $count } package
   *[other] { $count } packages
}: { $names }
change-packages-held = Install { $count ->
    [one] { $count } package
   *[other] { $count } packages
}: { $names } ({ $held } held back until configured)
change-hostname = Name this machine { $name }
change-directory = Make the directory { $path } ({ $mode } { $owner })
change-file = Write { $path } ({ $mode } { $owner })
change-system-user = Add the system account { $name } (id { $id }, home { $home }, no login)
change-certificate = Make a self-signed certificate for { $name } ({ $days } days): { $certificate }, key in { $key }
change-signing-key = Make the RSA key of { $bits } bits that mail is signed with: { $path }
change-database = Make the database { $name } with its tables { $tables }
change-database-reader = Add the database account { $user }, which can read { $database } and nothing else
change-row = Add a row to { $table } ({ $key })
change-row-domain = Add domain { $name }
change-row-mailbox = Add mailbox { $address } (quota { $quota })
change-row-mailbox-unlimited = Add mailbox { $address } (no quota)
change-row-alias = Add alias { $address } to { $to }
change-service = Start { $name } with its configuration and enable it at boot
