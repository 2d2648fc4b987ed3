# What preflight looks at before anything is touched: what must be true, what it means when it is not, and what will
# be done or has to be done then. $outcome is pass, unknown, warn or fail; $evidence is what was seen.

check-debian-release = This is Debian 12 or 13
check-debian-release-means =
    Packages and configuration are known and tried on these two releases. On any other system the files written here
    would be wrong in places.
check-debian-release-fix =
    Setup stops here. Take a fresh server with Debian 13 (trixie) or 12 (bookworm).

check-release-ahead = apt's sources name the release that runs
check-release-ahead-means =
    The next `apt-get dist-upgrade` makes this a server of the next release. Dovecot 2.4 does not read the configuration
    of 2.3, so nobody can fetch mail between the upgrade and the setup after it; mail that comes in meanwhile waits.
check-release-ahead-fix =
    Upgrade when nobody needs the mail, then let mailwright write the files of the new release:
        apt-get dist-upgrade
        mailwright resume

check-is-root = mailwright runs as root
check-is-root-means = Without root nothing can be changed: this run only shows what it would do.
check-is-root-fix =
    Log in as root or run it with sudo:
        sudo mailwright setup

check-init-systemd = systemd runs this machine
check-init-systemd-means =
    The daemons are started and watched by systemd. Without it they would not come back after a reboot.
check-init-systemd-fix =
    Setup stops here. In a container, take one that boots a whole system; on a server, install systemd-sysv and
    reboot.

check-architecture = The processor is one that the setup is made for (amd64, arm64)
check-architecture-means = On this kind of machine nobody has tried the setup, and some packages may be missing.
check-architecture-fix =
    Setup stops here. Take a server of one of the two kinds; see what this one is with:
        dpkg --print-architecture

check-memory = There is enough memory
check-memory-means = { $outcome ->
    [fail]
        Database, Postfix and Dovecot together do not fit into this memory: the kernel would end one of them again and
        again.
   *[other]
        It works for a few users. When several log in at once (64 MiB each for checking a password), the kernel may end
        the database.
}
check-memory-fix = { $outcome ->
    [fail]
        Setup stops here. Take a server with 1 GiB or more.
   *[other]
        Setup goes on. Give the machine 1 GiB of swap if it has none:
            fallocate -l 1G /swapfile && chmod 600 /swapfile
            mkswap /swapfile && swapon /swapfile
            echo '/swapfile none swap sw 0 0' >> /etc/fstab
}

check-free-disk = There is enough free disk space
check-free-disk-means = { $outcome ->
    [fail] The packages and the database take more than a gigabyte: the installation would stop half-way.
   *[other] There is little left for mail. A full disk makes Postfix refuse every message.
}
check-free-disk-fix = { $outcome ->
    [fail]
        Setup stops here. Make room, then start again:
            apt-get clean
            journalctl --vacuum-size=100M
            du -xh --max-depth=2 / | sort -h | tail -20
   *[other]
        Setup goes on. Watch the space, or take a larger disk before the mailboxes grow:
            df -h / /var
}

check-clock = The clock is right and kept right
check-clock-means = { $outcome ->
    [fail]
        By this clock no certificate is valid yet: packages could not be fetched over TLS and no mail program would
        connect.
   *[other]
        Nothing keeps the clock right. When it is some minutes off, signatures and certificates fail and mail carries
        a wrong date.
}
check-clock-fix = { $outcome ->
    [fail]
        Setup stops here. Set the clock right, then start again:
            apt-get install systemd-timesyncd
            timedatectl set-ntp true
            timedatectl
   *[other]
        Setup goes on. Have the clock kept:
            apt-get install systemd-timesyncd
            timedatectl set-ntp true
            timedatectl
}

check-dpkg-healthy = No package is left half-installed
check-dpkg-healthy-means = { $outcome ->
    [fail]
        An installation was interrupted before mailwright came. As long as it is not finished apt installs nothing, and
        finishing it is for whoever began it.
   *[other]
        An installation is not finished. It may be about to end, or a run of mailwright was cut off there, or an upgrade
        of Debian stopped where a daemon did not start with the configuration of the old release.
}
check-dpkg-healthy-fix = { $outcome ->
    [fail]
        Finish it, see that it ends well, then start again:
            dpkg --configure -a
            apt-get install --fix-broken
   *[other] It is waited for, and what was left half-way is finished before anything else is made.
}

check-dpkg-lock = dpkg's lock is free
check-dpkg-lock-means = Another program is installing or updating packages. On a new server it is often the first automatic update.
check-dpkg-lock-fix =
    It is waited for, at most 15 minutes. To see what it is doing:
        ps -C apt-get,apt,dpkg,unattended-upgr -o pid,etime,args

check-packages-at-hand = The packages can be fetched
check-packages-at-hand-means =
    Postfix, Dovecot and MariaDB come from Debian's mirror, which could not be reached; apt's cache does not hold all
    of them.
check-packages-at-hand-fix =
    See why, then start again. A firewall, a wrong resolver and a dead mirror are the usual reasons:
        apt-get update
        cat /etc/resolv.conf /etc/apt/sources.list /etc/apt/sources.list.d/*

check-apt-willing = apt is willing to install the packages
check-apt-willing-means = apt was asked what it would do, and refused. It says why in its own words; setup could not go past the packages.
check-apt-willing-fix =
    Mend what it names, then start again. A hold of apt-mark, a broken line in apt's sources and a pinned or foreign
    version are the usual reasons:
        apt-mark showhold
        apt-get update
        apt-get install --simulate postfix dovecot-core mariadb-server

check-apt-removes = apt removes nothing to make room
check-apt-removes-means = These packages cannot stay beside the mail server's: apt takes them away when it installs those.
check-apt-removes-fix =
    If one of them is needed here, do not go on. See what each is for:
        apt-cache show NAME
    Their configuration stays under /etc, and going back installs them again.

check-places-writable = Setup may write where it has to
check-places-writable-means =
    A file system is mounted read-only, or an attribute of the file system forbids it to everybody: setup would stop
    half-way. Or a file that is edited is not in UTF-8, and would lose what cannot be read.
check-places-writable-fix =
    Mount it for writing, or take the attribute away, then start again (a file system that turned read-only by itself
    has errors: look at dmesg first):
        findmnt -T /etc
        lsattr -d /etc
        mount -o remount,rw /
        chattr -i -a PATH
        iconv -f ISO-8859-1 -t UTF-8 -o /tmp/hosts /etc/hosts && cp /tmp/hosts /etc/hosts

check-other-mail-server = No other mail server is in the way
check-other-mail-server-means = { $outcome ->
    [fail]
        This machine takes or keeps mail for somebody. Debian lets only one such package be installed: setup would take
        it away, and mail with it.
   *[other]
        It sends this machine's own mail and takes none from outside. Debian lets only one such package be installed,
        and Postfix takes its place.
}
check-other-mail-server-fix = { $outcome ->
    [fail]
        Setup stops here. Move its mail elsewhere, remove the package yourself, and start again;
        or take a fresh server.
   *[other]
        apt removes it when it installs Postfix; its configuration stays under /etc. Going back installs it again.
}

check-mail-configuration = No mail configuration of somebody else stands here
check-mail-configuration-means =
    Postfix or Dovecot was set up before, by hand or by its package. The whole file is replaced, so what it did is no
    longer done.
check-mail-configuration-fix =
    The difference is shown before anything is written, and the old file is kept: going back puts it in place again.
    See what is there now:
        mailwright setup --dry-run

check-ports-free = The ports of a mail server are free
check-ports-free-means = { $outcome ->
    [warn] A mail program for this machine alone holds one of them, and goes when Postfix takes its place.
   *[other] Another program holds one of them. Postfix or Dovecot could not start, or mail would go to that program.
}
check-ports-free-fix = { $outcome ->
    [warn] Nothing is to be done: apt ends it before Postfix starts.
    [unknown]
        Only root can see which program it is:
            sudo ss -ltnp
   *[other]
        Setup stops here. See which program it is, stop it and keep it from starting again:
            ss -ltnp
            systemctl disable --now NAME
}

check-database-server = No other database server is in the way
check-database-server-means = { $outcome ->
    [fail]
        The mail database is served by MariaDB. The server that is here would be taken away by apt.
   *[other]
        It was not set up by mailwright. Its configuration and its network stay as they are.
}
check-database-server-fix = { $outcome ->
    [fail] Setup stops here. Move its databases to another machine and remove it, or take a fresh server for mail.
   *[other]
        Its databases stay as they are. It gets one more, named mailserver. Save what is in it first:
            mariadb-dump --all-databases > /root/databases.sql
}

check-database-access = MariaDB lets root in over its socket
check-database-access-means = { $outcome ->
    [fail]
        Root of this machine has a password in MariaDB, and no way in over the socket. mailwright keeps no such password
        and could not make the mail database.
   *[other] Whether root of this machine gets in could not be seen.
}
check-database-access-fix = { $outcome ->
    [fail]
        Let root in by either way, the password and the socket (its password goes on working), then start again:
            mariadb -u root -p
            ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING 'HASH';
        HASH is what this shows for root@localhost:
            SELECT authentication_string FROM mysql.user WHERE user = 'root' AND host = 'localhost';
   *[other]
        Start it, then start again; or see why it does not run:
            systemctl start mariadb
            journalctl -u mariadb
}

check-database-tables = No foreign tables stand where the mail database's go
check-database-tables-means =
    A database named mailserver is here with tables named like ours and of another shape, as another guide makes them.
    They are somebody's, and are neither changed nor used.
check-database-tables-fix =
    Give that database another name (in whatever reads it as well), or take its rows into the answers and drop it; then
    start again. Save it first:
        mariadb-dump mailserver > /root/mailserver.sql

check-mail-account = An account can own the mail
check-mail-account-means =
    There is an account vmail here already, and it cannot own the mail: all of it would get the wrong owner, or the
    wrong one could read it.
check-mail-account-fix =
    Change that account so that it fits, or rename it if it is for something else; then start again:
        getent passwd vmail
        getent group vmail
        usermod --home /var/vmail vmail
        usermod --gid vmail vmail

check-password-schemes = Dovecot can try every password
check-password-schemes-means = { $outcome ->
    [fail]
        These mailboxes have the hash of an old scheme, which the Dovecot of this Debian refuses for its weakness. Nobody
        could log in to them.
   *[other]
        These mailboxes have the hash of an old, weak scheme. The Dovecot of Debian 12 takes it; that of Debian 13 does
        not, so that nobody could log in to them after an upgrade.
}
check-password-schemes-fix = { $outcome ->
    [fail] Give these mailboxes a new password in the answers, then start again.
   *[other] Setup goes on. Have these passwords changed before the server becomes a Debian 13.
}

check-cloud-init = cloud-init leaves the name of this machine alone
check-cloud-init-means =
    The configuration that came with the machine wins over every file here: the next boot would write /etc/hosts anew,
    with 127.0.1.1 for the server's own name, and Postfix would no longer find its address.
check-cloud-init-fix =
    Setup goes on. Take that part away from cloud-init, then reboot once and run the checks:
        sed -i '/update_etc_hosts/d' /etc/cloud/cloud.cfg
        reboot
        mailwright check

check-address-ipv4 = The world reaches this machine by IPv4
check-address-ipv4-means = { $outcome ->
    [fail] The address to be published in the DNS is not this machine's. Mail for your domains would go elsewhere.
   *[other]
        The address on this machine is not one the world can write to. Mail comes in only if something in between
        (NAT, a load balancer) forwards it; IPv6 alone reaches only a part of the world's mail servers.
}
check-address-ipv4-fix = { $outcome ->
    [fail]
        See which addresses are here, and put the right one into the answers (ipv4), or leave the line out:
            ip -4 address show scope global
   *[other]
        Setup goes on. Put the public address into the answers (ipv4), and have ports 25, 465, 587, 143, 993, 110 and
        995 forwarded to this machine; outgoing mail has to leave by the same address.
}

check-address-ipv6 = The world reaches this machine by IPv6, if at all
check-address-ipv6-means = { $outcome ->
    [fail]
        The IPv6 address of the answers is not on this machine. Published in the DNS, it makes others wait for an
        answer that never comes, and mail sent from here has another address than SPF and PTR say.
   *[other] The IPv6 address on this machine is a private one: published in the DNS, nobody could reach it.
}
check-address-ipv6-fix = { $outcome ->
    [fail]
        Set the address up first, or write ipv6 = "none" into the answers:
            ip -6 address show scope global
   *[other]
        Setup goes on. Write the public address or "none" into the answers (ipv6).
}

check-mail-out = Mail servers elsewhere can be reached
check-mail-out-means =
    Port 25 is shut on the way out, as many providers have it at first. Mail comes in, and mail to others stays in the
    queue until it is sent back after five days.
check-mail-out-fix =
    Setup goes on. Ask the provider of this server to open port 25 outward; most do on request. One that does not leaves
    two ways: another provider, or a relay host that takes your mail on port 587 (relayhost in postconf(5)).

check-name-before = The name of this machine is free to change
check-name-before-means =
    The machine has a full name already, and it is another one. What was set up under the old name (certificates,
    monitoring, backups) may look for it.
check-name-before-fix =
    Setup gives it the new name; going back restores the old one. See who uses the old name first:
        grep -rIl "$(hostname -f)" /etc
