# Ce qui ne va pas dans une réponse, et ce qui est permis : une proposition placée après la clé et la valeur.

# Les noms.
answer-domain-ascii = un nom de domaine s’écrit en ASCII ; donnez un nom internationalisé sous sa forme xn--
answer-domain-long = un nom de domaine compte au plus 253 caractères
answer-domain-short = il faut un nom de domaine complet, par exemple example.org
answer-domain-part =
    chaque partie d’un nom de domaine compte 1 à 63 lettres, chiffres ou traits d’union intérieurs, séparée de la suivante
    par un seul point
answer-domain-number = la dernière partie d’un nom de domaine n’est pas un nombre ; une adresse IP n’est pas un domaine
answer-host-long = un nom d’hôte compte au plus 64 caractères
answer-record-name =
    un nom du DNS compte au plus 253 caractères ; chaque partie compte 1 à 63 lettres, chiffres, traits d’union ou
    caractères de soulignement

# Les adresses électroniques et les tailles.
answer-address = il faut une adresse électronique, par exemple anna@example.org
answer-address-local = la partie avant le @ compte 1 à 64 caractères
answer-address-characters =
    la partie avant le @ se compose de lettres, de chiffres, de points intérieurs, de traits d’union et de caractères de
    soulignement (le + est réservé aux étiquettes)
answer-address-long = une adresse électronique compte au plus 254 caractères
answer-size = une taille est un nombre entier suivi de K, M, G ou T, par exemple "2G"
answer-largest-message = pour le plus gros message, il faut { $allowed }
answer-quota = pour un quota, il faut { $allowed }

# Les adresses du serveur.
answer-ipv4 = il faut une adresse IPv4 telle que 203.0.113.10, ou "none"
answer-ipv4-is-ipv6 = c’est une adresse IPv6 ; sa place est dans ipv6
answer-ipv4-zero = 0.0.0.0/8 n’est l’adresse d’aucun hôte ; donnez l’adresse publique
answer-ipv4-reserved = 240.0.0.0/4 n’est l’adresse d’aucun hôte ; donnez l’adresse publique
answer-ipv6 = il faut une adresse IPv6 telle que 2001:db8::10, sans crochets ni /64, ou "none"
answer-ipv6-is-ipv4 = c’est une adresse IPv4 ; sa place est dans ipv4
answer-ipv6-mapped = c’est une adresse IPv4 déguisée ; sa place est dans ipv4
answer-ipv6-unspecified = l’adresse indéterminée n’est celle d’aucun hôte ; donnez l’adresse publique
answer-ip-loopback = une adresse de bouclage ne mène qu’à cette machine ; donnez l’adresse publique
answer-ip-link-local = une adresse de lien local s’arrête au premier routeur ; donnez l’adresse publique
answer-ip-multicast = une adresse de multidiffusion n’appartient à aucun hôte ; donnez l’adresse publique
answer-resolver = un résolveur est une adresse telle que 192.0.2.53, ou adresse:port
answer-resolvers-empty =
    il faut au moins un résolveur ; omettez la clé pour ceux de la machine et quelques résolveurs publics

# Les mots de passe et leurs empreintes.
answer-password-none = cette clé manque : donnez password, password_hash ou password_file
answer-password-twice = { $name } est déjà donné : il n’en faut qu’un des trois
answer-password-control =
    un mot de passe ne contient ni saut de ligne, ni caractère NUL, ni autre caractère de contrôle
answer-password-empty = le mot de passe est vide
answer-password-short = le mot de passe compte { $count ->
    [one] { $count } caractère
   *[other] { $count } caractères
} ; il en faut au moins { $least }
answer-password-long = le mot de passe compte { $count ->
    [one] { $count } caractère
   *[other] { $count } caractères
} ; { $most } au plus sont permis
answer-password-file-unread = { $path } ne peut pas être lu : { $error }
answer-password-file-kind = { $path } n’est pas un fichier
answer-password-file-open =
    tous les utilisateurs de cette machine ont accès à { $path } : exécutez chmod 600 { $path }
answer-password-file-utf8 = la première ligne de { $path } n’est pas en UTF-8
answer-password-file-line = la première ligne de { $path } est le mot de passe : { $why }
answer-hash-needs-scheme = l’empreinte doit être précédée de son schéma : { $scheme }
answer-hash-start =
    une empreinte commence par son schéma, {"{ARGON2ID}"}$argon2id$..., comme l’affiche doveadm pw
answer-hash-long = l’empreinte compte { $count ->
    [one] { $count } caractère
   *[other] { $count } caractères
} ; { $most } au plus sont permis
answer-hash-scheme =
    ce schéma n’est pas accepté ; prenez une empreinte d’un schéma que liste `doveadm pw -l`, comme {"{ARGON2ID}"},
    {"{BLF-CRYPT}"} ou {"{SHA512-CRYPT}"}
answer-hash-unknown =
    ceci ressemble à une empreinte, et Dovecot ne sait vérifier aucun mot de passe avec une empreinte { $scheme } :
    donnez un nouveau mot de passe à cette boîte
answer-password-like-hash = ceci est pris pour une empreinte, qui n’est pas hachée une seconde fois : { $why }
answer-hash-broken = ce qui suit { $scheme } n’est pas une telle empreinte ; recopiez-la en entier depuis doveadm pw
answer-hash-argon = ce qui suit le schéma n’est pas une empreinte { $start } entière ; recopiez-la depuis doveadm pw
answer-hash-dear =
    l’empreinte demande plus de 1 Gio de mémoire ou 64 passes, ce qui est trop pour chaque connexion

# Le certificat.
answer-tls-source = il faut "self-signed", "acme", ou "files" avec certificate et key
answer-tls-unused = un fichier indiqué ne sert qu’avec source = "files"
answer-tls-missing = cette clé manque : source = "files" exige certificate et key
answer-tls-path = il faut { $allowed }

# SPF, DKIM et DMARC.
answer-one-of = il faut { $allowed }
answer-selector = un sélecteur compte 1 à 63 lettres, chiffres ou traits d’union intérieurs, par exemple s1
answer-spf-includes =
    { $most } au plus tiennent dans un enregistrement SPF : les destinataires ne suivent pas plus de 10 recherches
    (RFC 7208), et chaque service peut en demander plusieurs

# Les règles entre réponses.
answer-no-address = ipv4 vaut "none" aussi : un serveur de messagerie a besoin d’au moins une adresse
answer-no-domain = il faut au moins un [[domain]] avec son nom
answer-no-target = il faut au moins une adresse, sinon le courrier de l’alias serait perdu
answer-target = une adresse telle que anna@example.org
answer-domain-twice = ce domaine figure déjà dans { $first }
answer-mailbox-twice = cette boîte aux lettres figure déjà dans { $first }
answer-alias-twice = cet alias figure déjà dans { $first } ; énumérez toutes ses adresses dans un seul to
answer-alias-mailbox =
    c’est déjà une boîte aux lettres, dans { $first } : son courrier n’arriverait jamais dans la boîte
answer-target-twice = cette adresse figure déjà dans cette liste
answer-host-domain =
    le nom du serveur ne peut pas être aussi un domaine de messagerie, Postfix remettrait son courrier aux utilisateurs
    du système ; donnez au serveur un nom à lui, par exemple mail.{ $domain }
answer-elsewhere = { $domain } n’est pas parmi les domaines ; ajoutez [[domain]] name = "{ $domain }"
answer-at-host =
    aucune boîte aux lettres ne se trouve au nom du serveur ; donnez une adresse dans l’un des domaines
answer-contact-bounces =
    ce n’est ni une boîte aux lettres ni un alias de ce fichier : le courrier pour postmaster serait renvoyé à
    l’expéditeur
answer-target-bounces =
    ce n’est ni une boîte aux lettres ni un alias de ce fichier : le courrier serait renvoyé à l’expéditeur
answer-alias-itself = l’alias s’envoie du courrier à lui-même ; nommez les boîtes auxquelles il est destiné
answer-alias-circle = le courrier tournerait en rond : { $target } ramène à l’alias

# Ce qui ne va pas pendant que les réponses sont données à l’écran, où il n’y a pas de fichier.
answer-asked-missing = il manque encore cette réponse : { $allowed }
answer-asked-password = il faut un mot de passe
answer-asked-pem = il manque encore cette réponse : un certificat à vous tient en deux fichiers, avec sa clé
answer-asked-contact = une boîte aux lettres ou un alias de ce serveur, ou une adresse d’ailleurs
answer-asked-no-address = il n’y a pas d’adresse IPv4 non plus : un serveur de messagerie en a besoin d’au moins une
answer-asked-domain = il faut au moins un domaine
answer-asked-domain-twice = ce domaine figure déjà dans la liste
answer-asked-mailbox-twice = cette boîte aux lettres figure déjà dans la liste
answer-asked-alias-twice =
    cet alias figure déjà dans la liste ; un alias prend plusieurs adresses, séparées par des virgules
answer-asked-mailbox = c’est déjà une boîte aux lettres : elle ne recevrait jamais son courrier
answer-asked-elsewhere = { $domain } n’est pas parmi les domaines : ajoutez-le d’abord
answer-asked-contact-bounces =
    ce n’est ni une boîte aux lettres ni un alias d’ici : le courrier à postmaster serait refusé
answer-asked-target-bounces = ce n’est ni une boîte aux lettres ni un alias d’ici : le courrier serait refusé
