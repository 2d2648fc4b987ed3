//! The hosts of other people: what each admin installed and did there, and what shows that it works.

use super::{Foreign, Refusal};

/// Reads the greeting of a port on this host, up to the name of the program.
macro_rules! greeting {
    ($port:literal, $until:literal) => {
        concat!(
            "exec 3<>/dev/tcp/127.0.0.1/",
            $port,
            " && read -r -t 10 line <&3 && echo \"${line%%",
            $until,
            "*}",
            $until,
            "\"; exec 3<&-; "
        )
    };
}

/// All ten.
pub const ALL: [Foreign; 10] =
    [EXIM, POSTFIX, DOVECOT, OPENDKIM, ETCKEEPER, GUARDED, MARIADB, WEB_AND_ZONES, HELD_AND_REMAINS, RESTORED_MAIL];

const PLAIN: Foreign = Foreign {
    name: "",
    packages: &[],
    apart: false,
    prepare: "",
    refused: None,
    state: "true",
    shown: &[],
    throughout: "true",
    afterwards: "true",
    own: &[],
    mail: None,
};

/// Debian's standard mail server, as its installer used to bring it, with bsd-mailx and a message in its queue.
const EXIM: Foreign = Foreign {
    name: "exim4",
    packages: &["exim4-daemon-light", "bsd-mailx"],
    apart: true,
    prepare: "useradd --create-home joe; printf 'From joe Mon Jan  1 00:00:00 2024\\nSubject: old\\n\\nold mail\\n' \
              >/var/mail/joe; chown joe:mail /var/mail/joe; chmod 660 /var/mail/joe; systemctl restart exim4; \
              printf 'Subject: queued\\n\\nqueued\\n' | /usr/sbin/sendmail -odq -f joe someone@elsewhere.test; \
              exim -Mf $(exim -bp | awk '$3 ~ /^[0-9A-Za-z]+-[0-9A-Za-z]+-[0-9A-Za-z]+$/ { print $3 }') >/dev/null",
    state: concat!(
        "systemctl is-active exim4; ",
        greeting!("25", "Exim"),
        "exim -bp | sed 's/^ *[0-9][0-9]*[smhd] *//'; cat /etc/exim4/update-exim4.conf.conf /var/mail/joe"
    ),
    shown: &["active\n", "220 ", "ESMTP Exim", "someone@elsewhere.test", "old mail"],
    throughout: "dpkg-query -W -f '${db:Status-Status}\\n' bsd-mailx; command -v mail; cat /var/mail/joe",
    afterwards: "echo again | mail -s again joe; for i in $(seq 100); do grep -q 'Subject: again' /var/mail/joe && exit 0; \
                 sleep 0.1; done; exit 1",
    own: &["/var/spool/exim4/", "/var/lib/exim4/"],
    ..PLAIN
};

/// A Postfix whose main.cf was written by hand, with a message held in its queue and users who read mbox files.
const POSTFIX: Foreign = Foreign {
    name: "postfix",
    packages: &["postfix"],
    prepare: "useradd --create-home joe; printf '%s\\n' '# By hand.' 'compatibility_level = 3.6' \
              'myhostname = old.example.com' 'mydestination = old.example.com, localhost' 'inet_interfaces = all' \
              'mynetworks = 127.0.0.0/8' 'alias_maps = hash:/etc/aliases' 'alias_database = hash:/etc/aliases' \
              'biff = no' >/etc/postfix/main.cf; \
              echo 'root: joe' >/etc/aliases; newaliases; systemctl restart postfix; \
              printf 'Subject: for joe\\n\\nhello joe\\n' | sendmail joe@localhost; \
              for i in $(seq 100); do test -s /var/mail/joe && break; sleep 0.1; done; \
              postconf -e defer_transports=smtp; postfix reload 2>/dev/null; \
              printf 'Subject: queued\\n\\nqueued\\n' | sendmail -f joe@old.example.com someone@elsewhere.test; \
              for i in $(seq 100); do mailq | grep -q elsewhere && break; sleep 0.1; done; postsuper -h ALL 2>/dev/null",
    state: concat!(
        "systemctl is-active postfix; ",
        greeting!("25", "ESMTP"),
        "mailq | grep -E '^[0-9A-F]|elsewhere'; cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/aliases /var/mail/joe"
    ),
    shown: &["active\n", "220 old.example.com ESMTP", "someone@elsewhere.test", "# By hand.", "hello joe"],
    throughout: "cat /var/mail/joe; mailq | grep -E '^[0-9A-F]|elsewhere'",
    afterwards: "printf 'Subject: again\\n\\nagain\\n' | sendmail root; \
                 for i in $(seq 100); do grep -q 'Subject: again' /var/mail/joe && exit 0; sleep 0.1; done; exit 1",
    own: &["/var/spool/postfix/", "/var/lib/postfix/"],
    ..PLAIN
};

/// A Dovecot for the users of the system; one of them has the number that ours would take.
const DOVECOT: Foreign = Foreign {
    name: "dovecot",
    packages: &["dovecot-imapd"],
    prepare: "useradd --create-home joe; echo joe:secret-of-joe | chpasswd; useradd --uid 5000 --create-home kate; \
              mkdir -p /home/joe/Maildir/cur /home/joe/Maildir/new /home/joe/Maildir/tmp; \
              printf 'Subject: old\\n\\nold mail\\n' >/home/joe/Maildir/new/1.old; chown -R joe:joe /home/joe/Maildir; \
              case $(dovecot --version) in 2.3*) echo 'mail_location = maildir:~/Maildir';; \
              *) printf 'mail_driver = maildir\\nmail_path = ~/Maildir\\nmail_inbox_path = ~/Maildir\\n';; esac >/etc/dovecot/conf.d/99-own.conf; \
              systemctl restart dovecot",
    state: concat!(
        "systemctl is-active dovecot; ",
        greeting!("143", "OK"),
        "doveadm auth test joe secret-of-joe 2>&1 | grep -o 'auth succeeded'; doveadm search -u joe subject old | wc -l; \
         cat /etc/dovecot/conf.d/99-own.conf; getent passwd kate"
    ),
    shown: &["active\n", "* OK", "auth succeeded\n1\n", "~/Maildir", "kate:x:5000:"],
    throughout: "getent passwd kate; cat /home/joe/Maildir/*/1.old*",
    own: &["/var/lib/dovecot/", "/home/joe/Maildir"],
    ..PLAIN
};

/// An OpenDKIM that signs for another domain.
const OPENDKIM: Foreign = Foreign {
    name: "opendkim",
    packages: &["opendkim"],
    prepare: "mkdir -p /etc/dkimkeys; openssl genrsa -out /etc/dkimkeys/mine.private 2048 2>/dev/null; \
              chown opendkim:opendkim /etc/dkimkeys/mine.private; chmod 600 /etc/dkimkeys/mine.private; \
              printf '%s\\n' '# My own.' 'Syslog yes' 'UMask 007' 'Domain other.example' 'Selector mine' \
              'KeyFile /etc/dkimkeys/mine.private' 'Socket local:/run/opendkim/opendkim.sock' \
              'PidFile /run/opendkim/opendkim.pid' 'UserID opendkim' >/etc/opendkim.conf; systemctl restart opendkim",
    state: "systemctl is-active opendkim; test -S /run/opendkim/opendkim.sock && echo listens; \
            cat /etc/opendkim.conf; stat -c '%a %U:%G' /etc/dkimkeys/mine.private; sha256sum /etc/dkimkeys/mine.private",
    shown: &["active\nlistens\n", "# My own.", "600 opendkim:opendkim"],
    throughout: "systemctl is-active opendkim; sha256sum /etc/dkimkeys/mine.private",
    ..PLAIN
};

/// /etc in a repository, which apt's own hooks commit to.
const ETCKEEPER: Foreign = Foreign {
    name: "etckeeper",
    packages: &["etckeeper", "git"],
    prepare: "git config --global user.name root; git config --global user.email root@localhost; \
              test -d /etc/.git || etckeeper init >/dev/null; echo mine >/etc/by-the-admin; \
              etckeeper commit 'as the admin left it' >/dev/null 2>&1; \
              cd /etc && git tag theirs",
    state: "cd /etc && git fsck --full --strict 2>&1 | grep -v ^notice; git log -1 --format=%s theirs; \
            git diff --stat theirs -- ':!.etckeeper' ':!app*' ':!cron.d/joe' ':!default/app' ':!systemd/system/*appsrv*' ':!*/appsrv*' \
            ':!passwd*' ':!group*' ':!shadow*' ':!gshadow*' ':!hosts'; git branch --show-current",
    shown: &["as the admin left it\nmaster\n"],
    throughout: "cd /etc && git fsck --full --strict 2>&1 | grep -v ^notice; git log -1 --format=%s theirs",
    own: &["/etc/.etckeeper"],
    ..PLAIN
};

/// A firewall that keeps out all but SSH, and a fail2ban with a jail of the admin's.
const GUARDED: Foreign = Foreign {
    name: "fail2ban and nftables",
    packages: &["fail2ban", "nftables", "python3-systemd"],
    prepare: "printf '%s\\n' '#!/usr/sbin/nft -f' 'flush ruleset' 'table inet filter {' ' chain input {' \
              '  type filter hook input priority filter; policy drop;' '  iif lo accept' \
              '  ct state established,related accept' '  meta l4proto { icmp, ipv6-icmp } accept' \
              '  tcp dport 22 accept' ' }' '}' >/etc/nftables.conf; systemctl enable --quiet --now nftables; \
              printf '%s\\n' '[DEFAULT]' 'ignoreip = 127.0.0.1/8 192.0.2.7' '[sshd]' 'enabled = true' 'backend = systemd' \
              'banaction = nftables' 'maxretry = 3' >/etc/fail2ban/jail.local; systemctl restart fail2ban; \
              for i in $(seq 100); do fail2ban-client status sshd >/dev/null 2>&1 && break; sleep 0.1; done",
    state: "systemctl is-active fail2ban nftables; fail2ban-client status | grep -o 'Jail list:.*'; \
            fail2ban-client get sshd maxretry; nft -s list ruleset; cat /etc/nftables.conf /etc/fail2ban/jail.local",
    shown: &["active\nactive\n", "Jail list:\tsshd\n3\n", "policy drop", "tcp dport 22 accept"],
    throughout: "fail2ban-client get sshd maxretry; fail2ban-client get sshd ignoreip; cat /etc/fail2ban/jail.local; \
                 nft -s list chain inet filter input | grep -E 'policy|dport 22'",
    own: &["/var/lib/fail2ban/"],
    ..PLAIN
};

/// A MariaDB with a shop that uses it over the network, and with an account of the name that ours has.
const MARIADB: Foreign = Foreign {
    name: "mariadb",
    packages: &["mariadb-server"],
    prepare: "mariadb -e \"CREATE DATABASE shop; CREATE TABLE shop.orders (n INT); INSERT INTO shop.orders VALUES (42); \
              CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'of-the-shop'; GRANT ALL ON shop.* TO shop@'127.0.0.1'; \
              CREATE USER mailreader@localhost IDENTIFIED BY 'theirs'; GRANT SELECT ON shop.* TO mailreader@localhost\"",
    refused: Some(Refusal {
        hindrance: "mariadb -e \"ALTER USER root@localhost IDENTIFIED BY 'of-root'\"",
        words: &["MariaDB", "root", "password"],
        way_out: "mariadb -pof-root -e 'ALTER USER root@localhost IDENTIFIED VIA unix_socket'",
    }),
    state: "systemctl is-active mariadb; \
            mariadb --protocol=tcp -h 127.0.0.1 -u shop -pof-the-shop shop -e 'SELECT * FROM orders'; \
            mariadb -u mailreader -ptheirs shop -e 'SELECT COUNT(*) FROM orders'; \
            mariadb -e 'SHOW GRANTS FOR mailreader@localhost; SHOW VARIABLES LIKE \"skip_networking\"; \
            SELECT User, Host FROM mysql.user ORDER BY 1, 2'; ls /etc/mysql/mariadb.conf.d",
    shown: &["active\n", "42\n", "IDENTIFIED BY PASSWORD", "skip_networking\tOFF"],
    throughout: "mariadb --protocol=tcp -h 127.0.0.1 -u shop -pof-the-shop shop -e 'SELECT * FROM orders'",
    own: &["/var/lib/mysql/"],
    ..PLAIN
};

/// A web server with a site, and a name server with a zone of somebody else's.
const WEB_AND_ZONES: Foreign = Foreign {
    name: "nginx and bind",
    packages: &["nginx", "bind9"],
    prepare: "mkdir -p /srv/site; echo 'my own site' >/srv/site/index.html; \
              printf 'server { listen 80 default_server; root /srv/site; }\\n' >/etc/nginx/sites-available/own; \
              ln -sf ../sites-available/own /etc/nginx/sites-enabled/own; rm -f /etc/nginx/sites-enabled/default; \
              systemctl restart nginx; printf '$TTL 1h\\n@ SOA ns1 hostmaster 7 3H 15M 4W 1H\\n@ NS ns1\\nns1 A 198.51.100.1\\n' \
              >/etc/bind/db.example.com; printf 'zone \"example.com\" { type primary; file \"/etc/bind/db.example.com\"; };\\n' \
              >>/etc/bind/named.conf.local; rndc reconfig; \
              for i in $(seq 100); do rndc zonestatus example.com >/dev/null 2>&1 && break; sleep 0.1; done",
    state: "systemctl is-active nginx named; exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; \
            tail -1 <&3; rndc zonestatus example.com | grep serial; cat /etc/bind/db.example.com /etc/bind/named.conf.local; \
            ls -l /etc/nginx/sites-enabled | tail -n +2",
    shown: &["active\nactive\n", "my own site", "serial: 7", "sites-available/own"],
    throughout: "systemctl is-active nginx named; exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; \
                 tail -1 <&3; rndc zonestatus example.com | grep serial",
    own: &["/var/lib/nginx/"],
    ..PLAIN
};

/// Packages on hold, first one that is needed, and a Dovecot that was removed, whose configuration was deleted by hand:
/// dpkg does not bring it back.
const HELD_AND_REMAINS: Foreign = Foreign {
    name: "holds and remains",
    packages: &["dovecot-imapd", "ed"],
    prepare: "export DEBIAN_FRONTEND=noninteractive; apt-get remove -y -q dovecot-imapd dovecot-core >/dev/null 2>&1; \
              rm -rf /etc/dovecot; apt-mark hold ed >/dev/null",
    refused: Some(Refusal {
        hindrance: "apt-mark hold dovecot-core",
        words: &["dovecot-core", "hold"],
        way_out: "apt-mark unhold dovecot-core",
    }),
    state: "apt-mark showhold; dpkg-query -W -f '${db:Status-Status}\\n' ed",
    shown: &["ed\ninstalled\n"],
    throughout: "apt-mark showhold; dpkg-query -W -f '${db:Status-Status}\\n' ed",
    // What dpkg and ucf note of a package that came and went again is not the same byte for byte.
    own: &["/var/lib/dovecot/instances", "/var/lib/ucf/hashfile", "/var/lib/dpkg/info/dovecot-core.list"],
    ..PLAIN
};

/// Mailboxes that were restored from a backup, for a number that is nobody's.
const RESTORED_MAIL: Foreign = Foreign {
    name: "restored mail",
    prepare: "umask 077; mkdir -p /var/vmail/example.org/anna/Maildir; cd /var/vmail/example.org/anna/Maildir; \
              mkdir cur new tmp; printf 'From: <a@far.test>\\nTo: <anna@example.org>\\nSubject: of last year\\n\\nrestored\\n' \
              >'cur/1700000000.M1P1.old:2,S'; chown -R 1001:1001 /var/vmail",
    state: "find /var/vmail/example.org/anna/Maildir/cur -name '1700000000.*' -printf '%M %U:%G %p\\n' -exec cat {} +",
    shown: &["1001:1001 /var/vmail/example.org/anna/Maildir/cur", "restored"],
    throughout: "find /var/vmail -name '1700000000.M1P1.old*' -exec cat {} +",
    mail: Some("of last year"),
    // What came since stays where mail was before.
    own: &["/var/vmail/"],
    ..PLAIN
};
