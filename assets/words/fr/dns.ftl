# Les enregistrements DNS : à quoi sert chacun, et ce que le monde en sait.

dns-why-address = où se trouve le serveur
dns-why-ptr = à définir chez l’hébergeur, pour chaque adresse
dns-why-spf-helo = qui peut se présenter sous le nom du serveur
dns-why-mx = où va le courrier du domaine
dns-why-spf = qui peut envoyer au nom du domaine
dns-why-sender-id = la même chose pour Sender-ID, que plus personne ne lit
dns-why-dkim = avec quoi les autres vérifient la signature de notre courrier
dns-why-dkim-still = la clé qui signe tant que le monde ne voit pas la nouvelle
dns-why-dkim-old = à garder jusqu’à l’arrivée du courrier qu’elle a signé
dns-why-dmarc = ce que les destinataires font du courrier non authentifié, et où ils le signalent
dns-why-dmarc-consent = que les rapports sur un autre des domaines sont bienvenus ici
dns-why-dmarc-consent-other =
    d’autres reçoivent les rapports et doivent y consentir dans leur propre DNS : demandez-le-leur
dns-why-tlsa = le certificat du serveur, puisque sa zone est signée
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

dns-remark-cut-off = la clé est coupée : le texte s’arrête après { $characters } caractères
dns-remark-revoked = la clé est révoquée (p= est vide) : aucune de ses signatures ne vaut
dns-remark-testing = t=y dit que la clé n’est qu’à l’essai : retirez-le
dns-remark-weaker = il demande moins que les réponses
dns-remark-lacks-include = tous les services des réponses n’ont pas le droit d’envoyer d’après lui

dns-asking = Interrogation du DNS ...
dns-seen-by = vu par { $seen } sur { $answered }
dns-found = trouvé : { $value }
dns-only-one = il ne peut y en avoir qu’un : à plusieurs, aucun ne vaut
dns-silent = Pas de réponse de { $server } : { $why }
dns-lower =
    Avant de modifier un enregistrement en service, abaissez son TTL à 300 et attendez aussi longtemps que l’ancien le
    disait.
