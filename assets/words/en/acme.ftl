# A certificate of an authority, by ACME.

step-acme = A certificate of an authority
step-acme-why =
    A self-signed certificate encrypts, but nobody vouches for it. Where you chose acme, certbot now asks an authority such
    as Let's Encrypt, which gives one for nothing once it has seen that the name leads here: it calls on port 80. Debian's
    timer renews it, and Postfix and Dovecot take up the new one without ending a session. Where none can be had yet, the
    self-signed one goes on. If you chose another source, nothing is done here.

question-tls-acme_directory = The authority's address
question-tls-acme_directory-help =
    Let's Encrypt unless you know another: the address of its ACME directory. To try things out, Let's Encrypt has
    https://acme-staging-v02.api.letsencrypt.org/directory, whose certificates nobody trusts.

question-tls-webroot = The web server's directory
question-tls-webroot-help =
    Only where a web server runs on this very server: the directory whose files it serves on port 80 under the server's
    name. Left empty: /var/www/html. Where port 80 is free, certbot answers by itself and this is not used.

change-acme = Get a certificate for { $name } from { $directory } and have it renewed

progress-acme-unmet = No certificate yet, the self-signed one stays: { $reason }

check-acme-issued = An authority vouches for { $about }
check-acme-issued-means =
    Mail is encrypted all the same, and other servers deliver it. But each mail program asks its user whether to trust
    this server, and some refuse.
check-acme-issued-fix =
    Mend what was seen. The name must lead to this server, and port 80 be open to everybody. What certbot said in full
    stands in its log. Then try again:
        cat /var/log/mailwright/acme.log
        mailwright resume --yes

check-acme-renews = The certificate of { $about } is renewed in time
check-acme-renews-means =
    A certificate of an authority holds for some weeks. Without a renewal that reaches the daemons it expires, and mail
    programs refuse to connect.
check-acme-renews-fix =
    Set it up again, then try a renewal, which changes nothing:
        mailwright resume --yes
        certbot renew --dry-run
        systemctl status certbot.timer

dns-why-caa = who alone may issue the server's certificate

answer-tls-directory = the address of an authority is https:// with a host and a path, such as https://acme-v02.api.letsencrypt.org/directory
answer-tls-unused-acme = this is used only with source = "acme"
answer-tls-acme_directory-meaning = The authority to ask, by the address of its ACME directory
answer-tls-acme_directory-allowed = an address such as https://acme-v02.api.letsencrypt.org/directory
answer-tls-webroot-meaning = What a web server on port 80 of this server serves, where one runs
answer-tls-webroot-allowed = an absolute path of letters, digits and / . _ - + @
