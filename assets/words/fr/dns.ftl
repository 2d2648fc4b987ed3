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
dns-kept = les caches le gardent jusqu’à { $ttl } secondes
dns-characters =
    { $count ->
        [one] ({ $count } caractère)
       *[other] ({ $count } caractères)
    }
dns-shortened =
    Les longues valeurs sont abrégées ici ; `mailwright dns --format single` et `--format bind` les donnent entières.

dns-note-unmade =
    La clé DKIM { $selector } n’est pas encore créée : `mailwright setup` la crée, et son enregistrement figure alors ici.
dns-note-unread =
    L’enregistrement de la clé DKIM { $selector } manque ici : seul root peut lire la clé. Relancez avec sudo.
dns-note-spf = Requêtes pour vérifier l’enregistrement SPF de { $domain } : { $lookups } sur { $most } permises.
dns-note-spf-many =
    Trop de requêtes : vérifier l’enregistrement SPF de { $domain } en prend { $lookups } alors que { $most } sont permises ;
    rien n’en vaut donc. Retirez-en des services (RFC 7208, section 4.6.4).
dns-note-spf-void =
    Trop de requêtes vides : { $void } noms de l’enregistrement SPF de { $domain } n’ont rien, alors que { $most } sont
    permis ; rien n’en vaut donc. Retirez-les (RFC 7208, section 4.6.4).
dns-note-spf-broken =
    L’enregistrement SPF de { $domain } inclut { $name }, qui n’a pas un enregistrement SPF et un seul : rien n’en vaut tant
    que cela n’est pas réparé ou retiré (RFC 7208, section 5.2).
dns-note-spf-unknown =
    { $name }, dans l’enregistrement SPF de { $domain }, n’a pas pu être interrogé : on ignore ce qu’il coûte.
dns-note-spf-type = { $name } a un enregistrement SPF de type 99, que plus personne ne lit (RFC 7208) : supprimez-le.
dns-note-sender-id =
    { $name } a un enregistrement Sender-ID (spf2.0/...), que plus personne ne lit (historique depuis 2020) : supprimez-le.
dns-note-adsp =
    { $name } a un enregistrement ADSP, que plus personne ne lit (historique depuis 2013 ; DMARC l’a remplacé) : supprimez-le.
dns-note-domainkeys =
    { $name } a une politique de DomainKeys, l’ancêtre de DKIM, que plus personne ne lit (historique depuis 2007) :
    supprimez-la.
dns-note-long =
    { $name } compte { $length } caractères. Un formulaire les prend le plus souvent entiers ; dans un fichier de zone ils se
    coupent en chaînes d’au plus 255 entre guillemets, d’un seul enregistrement, jointes sans rien entre elles. Un formulaire
    qui coupe la fin se voit ici comme différent.
dns-note-provider =
    { $name } compte { $length } caractères, et le fournisseur derrière { $server } est connu pour en prendre { $most } au
    plus. Choisissez une clé plus courte (2048 bits) ou un autre fournisseur pour le DNS.
dns-note-moved =
    Le monde connaît encore une autre adresse de { $name } et peut la garder { $ttl } secondes. Avant de la modifier, abaissez
    son TTL à 300 et attendez aussi longtemps.
dns-note-lower =
    Avant de modifier un enregistrement en service, abaissez son TTL à 300 et attendez aussi longtemps que l’ancien le
    disait.
dns-note-dmarc-testing =
    DMARC n’est qu’à l’essai (t=y). Quand les rapports de quelques semaines montrent que tout votre courrier est conforme,
    mettez testing à false.
dns-note-dmarc-up =
    DMARC demande { $policy } aux destinataires. Quand les rapports de quelques semaines montrent que tout votre courrier est
    conforme, passez à { $next }.
dns-note-tlsa =
    La zone du serveur est signée, un enregistrement TLSA servirait donc ; mais le certificat { $path } ne peut pas être lu
    ici. Lancez `mailwright dns` en tant que root.
