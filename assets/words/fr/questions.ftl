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
    acme en obtient un auprès d’une autorité, Let’s Encrypt sauf si vous en nommez une autre, que tout logiciel de
    messagerie accepte, et le renouvelle ; le nom doit mener ici et le port 80 être ouvert. En le choisissant, vous
    acceptez les conditions de l’autorité, et elle reçoit l’adresse de contact. self-signed en crée un sur place,
    aussitôt : parfait pour un essai ou un cercle fermé. files prend celui que vous avez déjà. Une autre origine apporte
    une autre clé : si un enregistrement TLSA est publié, publiez la nouvelle ligne de `mailwright dns`.

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

question-spoofed_senders = Des inconnus qui prétendent avoir une adresse de chez vous
question-spoofed_senders-help =
    Le courrier venu de l’extérieur dont l’expéditeur d’enveloppe est dans vos domaines est presque toujours falsifié : vos
    utilisateurs envoient par 587 et 465, où ils se connectent. Font exception les renvois automatiques et de vieilles
    listes de diffusion, qui renvoient le courrier de vos utilisateurs sans changer l’expéditeur, et un service qui envoie
    en votre nom : reject le leur dit, discard le perd sans un mot, off le laisse entrer.

question-further_domains = Enregistrements des autres domaines
question-further_domains-help =
    own publie les enregistrements DKIM et DMARC dans chaque domaine. cname fait renvoyer ceux du deuxième et des suivants
    à ceux du premier : un changement ultérieur ne se fait alors qu’une fois.

question-sender_id = Publier aussi Sender-ID
question-sender_id-help =
    D’anciens guides demandent un enregistrement qui commence par spf2.0/pra. Sender-ID (RFC 4406) est classé historique
    depuis 2020 et plus personne ne le lit : false convient, true ne nuit pas.

question-spf-all = Courrier de serveurs qui ne sont pas nommés
question-spf-all-help =
    L’enregistrement SPF nomme les serveurs qui envoient pour vos domaines. fail (-all) dit que le courrier de tous les
    autres n’est pas le vôtre, softfail (~all) qu’il ne l’est sans doute pas : à choisir tant que vous n’êtes pas sûr de
    les avoir tous nommés.

question-spf-include = Autres services qui envoient pour vous
question-spf-include-help =
    Un service de lettres d’information ou de vente envoie depuis ses propres serveurs et vous donne un nom à inclure, par
    exemple _spf.example.com. Plusieurs noms se séparent par des virgules ; le plus souvent, il n’y en a pas.

question-spf-incoming = Courrier entrant qui échoue à SPF
question-spf-incoming-help =
    reject refuse le courrier dont le domaine de l’expéditeur dit qu’il n’est pas de lui (-all) ; mark l’accepte et le dit
    dans son en-tête ; off ne regarde pas. Les renvois qui gardent l’expéditeur brisent SPF : choisissez mark si vos
    utilisateurs font suivre leur courrier ici.

question-dkim-selector = Nom de la clé de signature
question-dkim-selector-help =
    La clé publique se trouve dans le DNS à ce nom (s1._domainkey.example.org). Donnez un nouveau nom pour changer de
    clé : l’ancienne signe encore jusqu’à ce que le nouvel enregistrement soit visible du monde.

question-dkim-bits = Taille de la clé de signature
question-dkim-bits-help =
    2048 est ce que demandent les grands destinataires, et passe partout. Les clés plus grandes donnent des enregistrements
    que certains hébergeurs tronquent. Une clé en place garde sa taille : pour une autre, donnez aussi un nouveau nom à la
    clé.

question-dmarc-policy = Courrier falsifié à votre nom
question-dmarc-policy-help =
    Ce que les destinataires doivent faire du courrier à votre nom dont ni SPF ni DKIM ne répondent. Commencez par none :
    cela n’apporte que des rapports. Quand ils montrent pendant quelques semaines que tout votre courrier passe, passez à
    quarantine, puis à reject.

question-dmarc-subdomains = De même pour les sous-domaines
question-dmarc-subdomains-help = same convient, sauf si un sous-domaine envoie son courrier d’ailleurs.

question-dmarc-nonexistent = De même pour les sous-domaines qui n’existent pas
question-dmarc-nonexistent-help =
    Personne n’envoie honnêtement du courrier depuis un nom absent du DNS : reject est sans danger dès le premier jour.

question-dmarc-testing = Mettre la politique à l’essai
question-dmarc-testing-help =
    true demande aux destinataires de faire leur rapport comme si la politique valait, mais de traiter le courrier en
    défaut d’un degré plus doucement.

question-dmarc-reports = Où vont les rapports
question-dmarc-reports-help =
    Les destinataires envoient chaque jour un résumé en XML. Sans réponse, il va au responsable. Une adresse hors de vos
    domaines doit l’accepter dans son propre DNS, sinon rien n’est envoyé (RFC 9990).

question-dmarc-incoming = Courrier entrant qui échoue au DMARC de son domaine
question-dmarc-incoming-help =
    reject refuse le courrier que son domaine demande de refuser (p=reject) ; mark l’accepte et le dit dans son en-tête ;
    off ne regarde pas. Les listes de diffusion qui modifient les messages brisent DMARC : choisissez mark si vos utilisateurs
    en lisent.
