# Le titre et l’aide de chaque question, par clé du fichier de réponses (les points deviennent des traits d’union).

question-hostname = Nom complet de ce serveur
question-hostname-help =
    Par exemple mail.example.org. Il lui faut un enregistrement A (et AAAA), et l’enregistrement inverse de chaque
    adresse doit redonner ce nom. Choisissez-le bien : en changer plus tard oblige à revoir le DNS et les réglages de
    tous les logiciels de messagerie.

question-ipv4 = Adresse IPv4 publique
question-ipv4-help =
    L’adresse à laquelle le monde joint ce serveur. Derrière un NAT, elle n’est pas sur cette machine et doit être
    indiquée. Écrivez none si le serveur n’a pas d’IPv4.

question-ipv6 = Adresse IPv6 publique
question-ipv6-help =
    Le courrier en IPv6 est jugé plus sévèrement : ne l’utilisez que si vous pouvez définir son enregistrement inverse.
    Écrivez none pour vous en passer.

question-contact = Responsable de ce serveur
question-contact-help =
    Cette adresse reçoit postmaster@ et abuse@ de chaque domaine (tout serveur de messagerie doit les avoir, RFC 2142)
    et les messages de la machine elle-même. Ce peut être une boîte d’ici ou d’ailleurs.

question-domain = Domaines
question-domain-help =
    La partie après le @ des adresses hébergées ici, par exemple example.org. Au moins un.
question-domain-name = Domaine

question-mailbox = Boîtes aux lettres
question-mailbox-help =
    Chacune a une adresse, qui sert aussi d’identifiant de connexion, un mot de passe et un quota tel que 2G. Le
    courrier pour anna+nimportequoi@ arrive chez anna@ sans autre réglage.
question-mailbox-address = Adresse
question-mailbox-password = Mot de passe
question-mailbox-quota = Quota

question-alias = Alias
question-alias-help =
    Des adresses supplémentaires dont le courrier va à une ou plusieurs boîtes, ici ou ailleurs, par exemple
    info@example.org vers anna@example.org.
question-alias-address = Adresse
question-alias-to = Destination

question-tls-source = Origine du certificat
question-tls-source-help =
    self-signed en crée un sur place, aussitôt : parfait pour un essai ou un cercle fermé. files prend celui que vous
    avez déjà.

question-tls-certificate = Fichier du certificat
question-tls-certificate-help =
    Au format PEM : le certificat du serveur d’abord, puis ceux qui le relient à son autorité (souvent nommé
    fullchain.pem).

question-tls-key = Fichier de la clé privée
question-tls-key-help = Au format PEM, non chiffrée, lisible par root seul (souvent nommée privkey.pem).

question-message_size_limit = Taille maximale d’un message
question-message_size_limit-help =
    Par exemple 50M. Les pièces jointes grossissent d’un tiers en chemin : 50M laissent passer des fichiers d’environ
    37 Mo. Beaucoup de serveurs n’acceptent pas plus de 25M à 50M.
