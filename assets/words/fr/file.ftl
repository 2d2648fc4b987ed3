# Le fichier de réponses : ce qui n’y va pas, ce que signifie chacune de ses clés et ce qu’elle accepte.

answer-file-unusable = { $file } est inutilisable
answer-file-mistakes = { $file } contient { $count ->
    [one] { $count } erreur
   *[other] { $count } erreurs
}
answer-file-hint = rien n’a été touché ; `mailwright setup --example` explique chaque clé
answer-file-unread = le fichier ne peut pas être lu : { $error }
answer-file-kind = ce n’est pas un fichier ordinaire ; les réponses se lisent dans un fichier TOML ordinaire
answer-file-large = le fichier dépasse 1 Mio ; ce n’est pas un fichier de réponses
answer-file-utf8 = la ligne { $line } n’est pas en UTF-8 ; enregistrez le fichier en UTF-8
answer-file-open =
    { $path } contient des mots de passe et tous les utilisateurs de cette machine peuvent le lire : chmod 600 { $path }
answer-file-toml = ce n’est pas du TOML : { $error }
answer-file-no-toml = ce n’est pas du TOML
answer-file-unclear = il n’a pas pu être compris

answer-missing = cette clé manque : { $allowed }
answer-no-such-key = cette clé n’existe pas ; { $meant }
answer-known-top = clés connues en tête de fichier : { $names }
answer-known-below = clés connues sous { $section } : { $names }
answer-belongs-top = sa place est en tête de fichier, avant la première ligne entre crochets
answer-belongs-below = sa place est sous { $section }
answer-did-you-mean = vouliez-vous dire { $name } ?
answer-text-needed = il faut un texte entre guillemets, et non { $kind } : { $allowed }
answer-list-needed = il faut une liste entre crochets, et non { $kind } : { $allowed }
answer-opened-each = chaque { $name } s’ouvre par une ligne { $line }, et non par { $kind }
answer-opened-once = { $name } s’ouvre par une ligne { $line }, et non par { $kind }

# La nature d’une valeur, pour les quatre phrases ci-dessus.
answer-kind-text = du texte
answer-kind-number = un nombre sans guillemets
answer-kind-boolean = true ou false
answer-kind-date = une date
answer-kind-list = une liste
answer-kind-table = une table

# Chaque clé : ce qu’elle signifie, et ce qui peut y être écrit. Les points deviennent des traits d’union.
answer-hostname-meaning = Le nom complet du serveur dans le DNS : cible du MX, message d’accueil, nom du certificat
answer-hostname-allowed = un nom complet tel que mail.example.org, distinct des domaines de messagerie
answer-ipv4-meaning = L’adresse IPv4 publique
answer-ipv4-allowed = une adresse telle que 203.0.113.10, ou "none" pour se passer d’IPv4
answer-ipv6-meaning = L’adresse IPv6 publique
answer-ipv6-allowed = une adresse telle que 2001:db8::10, ou "none" pour se passer d’IPv6
answer-contact-meaning =
    Qui reçoit le courrier de postmaster@ et abuse@ de chaque domaine, celui de la machine elle-même et les rapports
    DMARC
answer-contact-allowed = une boîte aux lettres ou un alias de ce fichier, ou une adresse d’ailleurs
answer-message_size_limit-meaning = Le plus gros message accepté
answer-message_size_limit-allowed = une taille de "1M" à "1G"
answer-resolvers-meaning =
    Les résolveurs par lesquels `mailwright dns` regarde si les enregistrements sont publiés
answer-resolvers-allowed = une liste d’adresses entre guillemets, chacune avec son port si ce n’est pas 53
answer-spoofed_senders-meaning =
    Ce que devient le courrier de l’extérieur dont l’expéditeur prétend avoir une adresse de ces domaines
answer-spoofed_senders-allowed = "reject", "discard" ou "off"
answer-further_domains-meaning = Où se trouvent les enregistrements DKIM et DMARC des domaines après le premier
answer-further_domains-allowed = "own" : chacun dans sa zone, ou "cname" : ils renvoient à ceux du premier
answer-sender_id-meaning = Publier aussi les enregistrements Sender-ID, que plus personne ne lit
answer-sender_id-allowed = false ou true
answer-domain-name-meaning = Un domaine dont le courrier est remis ici
answer-domain-name-allowed = un nom de domaine tel que example.org
answer-mailbox-address-meaning = L’adresse de la boîte aux lettres, qui sert aussi d’identifiant de connexion
answer-mailbox-address-allowed = une adresse telle que anna@example.org, dans l’un des domaines
answer-mailbox-password-meaning = Le mot de passe, tel que son propriétaire le saisit
answer-mailbox-password-allowed = 8 à 300 caractères, sans saut de ligne ni autre caractère de contrôle
answer-mailbox-password_hash-meaning =
    L’empreinte du mot de passe avec son schéma Dovecot, comme l’affiche doveadm pw
answer-mailbox-password_hash-allowed =
    {"{ARGON2ID}"}, {"{ARGON2I}"}, {"{BLF-CRYPT}"}, {"{SHA512-CRYPT}"} ou {"{SHA256-CRYPT}"}, suivi de l’empreinte
answer-mailbox-password_file-meaning = Un fichier dont la première ligne est le mot de passe
answer-mailbox-password_file-allowed =
    un chemin, à partir du dossier du fichier de réponses ; les autres utilisateurs ne doivent pas pouvoir le lire
answer-mailbox-quota-meaning = Ce que la boîte peut contenir au plus ; au-delà, le courrier est refusé dès l’entrée
answer-mailbox-quota-allowed = une taille d’au moins "1M", telle que "500M" ou "2G", ou "none" pour aucune limite
answer-alias-address-meaning = L’adresse qui reçoit le courrier
answer-alias-address-allowed = une adresse dans l’un des domaines, qui n’est pas une boîte aux lettres
answer-alias-to-meaning = Où va le courrier
answer-alias-to-allowed = une liste d’adresses, ici ou ailleurs, telle que ["anna@example.org"]
answer-spf-all-meaning = Ce que les enregistrements SPF disent de tous les serveurs qui n’y sont pas nommés
answer-spf-all-allowed = "fail" (-all, pas le nôtre) ou "softfail" (~all, sans doute pas le nôtre)
answer-spf-include-meaning = Les services qui envoient du courrier pour les domaines depuis leurs propres serveurs
answer-spf-include-allowed = une liste des noms que ces services donnent pour SPF, telle que ["_spf.example.com"]
answer-spf-incoming-meaning = Ce que devient le courrier entrant qui échoue à SPF
answer-spf-incoming-allowed = "reject", "mark" (accepté, son en-tête le dit) ou "off"
answer-dkim-selector-meaning = Le nom de la clé DKIM dans le DNS ; un nouveau nom crée une nouvelle clé
answer-dkim-selector-allowed = 1 à 63 lettres, chiffres ou traits d’union intérieurs, par exemple s1
answer-dkim-bits-meaning = La taille, en bits, d’une clé DKIM à créer
answer-dkim-bits-allowed = 2048, 3072 ou 4096
answer-dmarc-policy-meaning = Ce que l’on demande aux destinataires pour le courrier qui échoue à DMARC
answer-dmarc-policy-allowed = "none" (seulement un rapport), "quarantine" ou "reject"
answer-dmarc-subdomains-meaning = De même pour les sous-domaines
answer-dmarc-subdomains-allowed = "same", "none", "quarantine" ou "reject"
answer-dmarc-nonexistent-meaning = De même pour les sous-domaines qui n’existent pas
answer-dmarc-nonexistent-allowed = "same", "none", "quarantine" ou "reject"
answer-dmarc-testing-meaning = Dire aux destinataires que la politique n’est qu’à l’essai
answer-dmarc-testing-allowed = false ou true
answer-dmarc-reports-meaning = Où vont les rapports quotidiens des destinataires
answer-dmarc-reports-allowed = une adresse ; hors des domaines, le sien doit l’accepter dans son DNS
answer-dmarc-incoming-meaning = Ce que devient le courrier entrant qui échoue à la politique DMARC de son domaine
answer-dmarc-incoming-allowed = "reject", "mark" (accepté, son en-tête le dit) ou "off"
answer-tls-source-meaning = D’où vient le certificat
answer-tls-source-allowed = "self-signed", "acme", ou "files" avec certificate et key
answer-tls-certificate-meaning = Le certificat suivi de ses certificats intermédiaires, au format PEM
answer-tls-certificate-allowed = un chemin absolu composé de lettres, de chiffres et de / . _ - + @
answer-tls-key-meaning = La clé privée du certificat, au format PEM, sans phrase secrète
answer-tls-key-allowed = un chemin absolu composé de lettres, de chiffres et de / . _ - + @
