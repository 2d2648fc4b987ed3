# Each check: what must be true, what it means when it is not, and what to do then.

# Of any check that could not be made.
check-unseen-means = It could not be seen whether this is so. It may be well, or not.

check-hostname = This machine's name is { $about }
check-hostname-means =
    Mail is sent under a name that the machine does not agree on. Other servers see a name that does not fit the DNS
    and may refuse the mail.
check-hostname-fix =
    Set the name, then see that both agree:
        hostnamectl set-hostname { $about }
        cat /etc/hostname; uname -n

check-resolves-here = { $about } leads to this server's public addresses
check-resolves-here-means =
    Programs here look up their own name and get another address than the world does. Postfix may then not recognise
    mail for itself.
check-resolves-here-fix =
    In /etc/hosts, put each public address before the full name, and take the name from every other line. Then see:
        getent ahosts { $about }; hostname -f

check-packages-installed = { $count ->
    [one] The package is
   *[other] All { $count } packages are
} installed
check-packages-installed-means = A program the mail server is made of is missing or was left half-installed.
check-packages-installed-fix =
    Finish what was interrupted, then run setup again:
        dpkg --configure -a
        apt-get install --fix-broken
        mailwright setup

check-nothing-held-back = Nothing keeps the daemons from starting
check-nothing-held-back-means =
    While packages are installed their daemons are held back. That is still so: they will not start by themselves after
    an update or a reboot.
check-nothing-held-back-fix =
    Remove what holds them (see that no other program put it there on purpose):
        rm /usr/sbin/policy-rc.d
        systemctl unmask { $units }

check-database-rows = The database holds { $count ->
    [one] the row
   *[other] all { $count } rows
} of domains, mailboxes and aliases
check-database-rows-means =
    What the answers ask for does not stand in the database, so mail to these addresses is refused or logins fail.
check-database-rows-fix =
    Write the missing rows, which leaves all others alone:
        mailwright setup

check-reader-only-reads = The database account { $about } can only read
check-reader-only-reads-means =
    Postfix and Dovecot use this account. If it can do more than read, a hole in one of them opens the database; if it
    can do less, they cannot look anything up.
check-reader-only-reads-fix =
    See what it may do, take away what is too much, and let setup grant what is missing:
        mariadb -e "SHOW GRANTS FOR '{ $about }'@'localhost'"
        mailwright setup

check-certificate-fits = The certificate fits { $about }, its key and today
check-certificate-fits-means =
    Mail programs warn their users or refuse to connect, or the daemons cannot use the certificate at all.
check-certificate-fits-fix =
    Put a certificate that holds { $about } in { $certificate }, with those that link it to its authority after it, and
    its key in { $key } (0600 root). To see what stands there now:
        openssl x509 -in { $certificate } -noout -subject -dates -ext subjectAltName
        ls -l { $key }

check-running = { $about } runs
check-running-means = The daemon is not there, will not be there after a reboot, or keeps ending and being started again.
check-running-fix =
    See why, mend it, and start it:
        systemctl status { $unit }
        journalctl --boot --priority warning --lines 50
        systemctl enable --now { $unit }

check-configuration-clean = { $about } has nothing to say against its configuration
check-configuration-clean-means =
    The daemon finds a mistake in its configuration, or warns of something in it. It may not start the next time.
check-configuration-clean-fix =
    Mend what it names. To ask it again, to see what differs from what mailwright wrote, and to write that again:
        { $command }
        mailwright setup --dry-run
        mailwright setup

check-listens = The ports { $about } answer
check-listens-means =
    Other servers or mail programs cannot connect, or something that should be reached from this machine alone can be
    reached from elsewhere.
check-listens-fix =
    See who listens where, and what the daemon said:
        ss -ltnp
        journalctl --boot --priority warning --lines 50

check-map-answers = Postfix finds { $about }
check-map-answers-means = Postfix cannot look this up in the database, so mail to it is put off or refused.
check-map-answers-fix =
    Ask by hand, and see that the database runs:
        postmap -q { $about } { $map }
        systemctl status mariadb

check-no-open-relay = Strangers cannot send mail through this server to others
check-no-open-relay-means =
    Anybody can send mail to anybody through this server. Spammers find that within hours, and every other server
    will refuse mail from here for a long time.
check-no-open-relay-fix =
    Stop Postfix now. Then look at mynetworks, smtpd_relay_restrictions and relay_domains:
        systemctl stop postfix
        postconf -n mynetworks smtpd_relay_restrictions relay_domains
        mailwright setup --dry-run

check-auth-only-in-tls = Passwords are taken inside TLS only
check-auth-only-in-tls-means =
    A password can cross the network where everybody on the way can read it, or be guessed at on port 25.
check-auth-only-in-tls-fix =
    See that smtpd_tls_auth_only is yes, that smtpd_sasl_auth_enable is no in main.cf and yes in master.cf alone:
        postconf smtpd_tls_auth_only smtpd_sasl_auth_enable
        postconf -P

check-tls-served = Every port shows the certificate of { $about }, by TLS 1.2 or newer
check-tls-served-means =
    A port serves another certificate than the one on disk (often an old one: the daemon was not reloaded), or none.
check-tls-served-fix =
    Let both daemons read the certificate again, then look:
        systemctl reload postfix dovecot
        openssl s_client -connect { $about }:{ $port } -servername { $about } </dev/null

check-wrong-password-refused = A wrong password for { $about } is refused
check-wrong-password-refused-means = Whoever knows the address can read the mail, or the login does not work at all.
check-wrong-password-refused-fix =
    If a wrong password was let in, stop Dovecot at once. Then see what it says to a login:
        systemctl stop dovecot
        journalctl --unit dovecot --lines 50

check-delivers = Mail to { $about } arrives
check-delivers-means = A message that was handed in did not reach the mailbox: mail to this address is put off, or lost.
check-delivers-fix =
    See where it is stuck:
        postqueue -p
        journalctl --boot --unit 'postfix*' --unit dovecot --lines 50

check-quota = The quota of { $about } is kept
check-quota-means =
    Dovecot does not know the limit that the answers set: the mailbox can fill the disk, or refuses mail too early.
check-quota-fix =
    See what Dovecot knows and write the row again:
        doveadm quota get -u { $about }
        mailwright setup

check-spf-answers = The SPF of incoming mail is asked
check-spf-answers-means =
    The program that Postfix asks about SPF gives no answer: Postfix then puts off all mail from outside.
check-spf-answers-fix =
    See what it says, then look at its configuration and at Postfix's log:
        policyd-spf </dev/null
        cat /etc/postfix-policyd-spf-python/policyd-spf.conf
        journalctl --boot --identifier policyd-spf --lines 30

check-signing-key-fits = The key in { $about } can sign, and only its owner can read it
check-signing-key-fits-means =
    OpenDKIM refuses a key that others could read, and what it cannot sign Postfix does not send.
check-signing-key-fits-fix =
    Give it to its owner alone, then start OpenDKIM again:
        chown { $owner }:{ $owner } { $about }
        chmod 600 { $about }
        systemctl restart opendkim

check-signing-key-published = The DNS of { $about } has the key { $selector }
check-signing-key-published-means =
    Receivers cannot check the signatures of mail from { $about }: it counts as unsigned, or as forged.
check-signing-key-published-fix =
    Publish the record, then look again. A new record may take as long to be seen as the zone's TTL says:
        mailwright dns
        mailwright check dkim

check-signs = Mail from { $about } is signed
check-signs-means =
    Mail from { $about } leaves without a signature, with two, or with one that does not fit: the large receivers refuse it.
check-signs-fix =
    See whether OpenDKIM runs, what it says of a message, and whether { $about } stands in its tables:
        systemctl status opendkim
        journalctl --boot --unit opendkim --lines 30
        cat /etc/opendkim/signing.table /etc/opendkim/key.table

check-key-waits = A new signing key waits until its record is seen
check-key-waits-means = The old key goes on signing; nothing is wrong. The new one takes over in the first setup after it is seen.
check-key-waits-fix =
    Publish the new record, and run setup again once it is seen:
        mailwright dns
        mailwright setup
