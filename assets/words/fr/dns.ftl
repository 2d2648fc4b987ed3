# Les enregistrements DNS : à quoi sert chacun, et ce que le monde en sait.

dns-why-address = où se trouve le serveur
dns-why-ptr = à définir chez l’hébergeur, pour chaque adresse
dns-why-spf-helo = qui peut se présenter sous le nom du serveur
dns-why-mx = où va le courrier du domaine
dns-why-spf = qui peut envoyer au nom du domaine
dns-why-dmarc = ce que les destinataires font du courrier non authentifié, et où ils le signalent
dns-why-tls-rpt = où les expéditeurs signalent leurs ennuis avec TLS
dns-why-srv = où les logiciels de messagerie trouvent le serveur

dns-weight-required = indispensable
dns-weight-advised = conseillé

dns-state-as-wanted = conforme
dns-state-serves = convient aussi
dns-state-not-everywhere = pas partout
dns-state-missing = absent
dns-state-different = différent
dns-state-several = plusieurs
dns-state-unknown = inconnu

dns-asking = Interrogation du DNS ...
dns-seen-by = vu par { $seen } sur { $answered }
dns-found = trouvé : { $value }
dns-only-one = il ne peut y en avoir qu’un : à plusieurs, aucun ne vaut
dns-silent = Pas de réponse de { $server } : { $why }
dns-lower =
    Avant de modifier un enregistrement en service, abaissez son TTL à 300 et attendez aussi longtemps que l’ancien le
    disait.
