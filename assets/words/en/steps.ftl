# Each step's title, and why there is such a step.

step-preflight = Look before touching anything
step-preflight-why =
    Is this server fit to become a mail server? Its release, memory, disk, clock, package system and network
    are looked at, and so is everything that already runs here and would be in the way. Nothing is changed.

step-hostname = The server's name
step-hostname-why =
    Other mail servers judge this one by its name: it stands in the greeting and in every delivery, and has to fit the
    DNS in both directions. The machine itself must know the same name, and go on knowing it after a reboot.

step-hosts = Its own addresses
step-hosts-why =
    /etc/hosts tells the programs on this machine which addresses belong to its name. Debian's installer writes a
    loopback address there; Postfix needs the public ones, or it does not recognise mail for itself.

step-packages = The programs
step-packages-why =
    Postfix carries mail, Dovecot keeps it and lets people read it, MariaDB knows the mailboxes. They come from Debian,
    so Debian's security updates keep them sound. None of them starts before it is configured: there is no moment
    at which this server answers half-ready.

step-database = Domains, mailboxes and aliases
step-database-why =
    Which domains, mailboxes and aliases there are stands in a small database that only this machine can reach.
    Postfix and Dovecot read it with an account that cannot change anything. Passwords are kept as hashes only, never as
    they were typed.

step-tls = The certificate
step-tls-why =
    Encryption needs a certificate that holds the server's name. One from a public authority is trusted by every mail
    program; a self-signed one encrypts as well, but each mail program will ask its user once whether to trust it.

step-spf = Who sends for your domains: SPF
step-spf-why =
    An SPF record in the DNS names the servers that may send mail for a domain; receivers ask it of every message, and
    many refuse mail without one. This server asks the same of the mail it gets and, unless you choose otherwise, refuses
    what its sender's own domain disowns.

step-dkim = Signing what you send: DKIM
step-dkim-why =
    Every message from an address in your domains is signed with a key of this server; the public half stands in the DNS. A
    receiver can then tell that the message comes from this server and was not altered on its way, even after it was
    forwarded. (Which of your users wrote it is not what it says: the login decides the envelope sender alone.) The large
    receivers ask for it. Incoming signatures are checked as well. OpenDKIM does both.

step-dmarc = Your name on other people's mail: DMARC
step-dmarc-why =
    DMARC tells receivers what to do with mail in your name that neither SPF nor DKIM vouches for, and where to report
    what they saw. OpenDMARC reads the same of other domains: unless you choose otherwise, mail that they ask to have
    refused is refused, and what they ask to have treated as suspicious goes to the folder Junk.

step-postfix = Sending and receiving: Postfix
step-postfix-why =
    Postfix takes mail for your domains from the world on port 25, and from your own users on ports 587 and 465, where
    they log in. For nobody else does it carry mail anywhere: a server that does (an open relay) is found by spammers
    within hours and refused by everyone from then on.

step-dovecot = Mailboxes: Dovecot
step-dovecot-why =
    Dovecot stores the mail, keeps each mailbox within its quota, and serves it to mail programs over IMAP and POP3,
    encrypted only. It also checks the passwords, for Postfix as well.
