# The firewall, and what is done against those who guess passwords.

step-firewall = The firewall
step-firewall-why =
    A firewall that knows nothing of mail keeps everybody out. Where this server has one (nftables, ufw or firewalld), the
    mail ports are let in, at once and after every boot, and no other rule is touched: the way in by SSH stays as it is.
    Where there is none, none is needed for mail, and none is made unless you ask for it.

step-fail2ban = Who guesses passwords: fail2ban
step-fail2ban-why =
    A mail server is tried for weak passwords from its first hour on. fail2ban reads the logs of Postfix and Dovecot, and
    shuts an address out of the mail ports for a while once it has failed too often. It lets one in again by itself, or
    when you say so: `fail2ban-client unban ADDRESS`. SSH is never cut off: Debian has fail2ban guard it as well from the
    start, and that is switched off where mailwright brings fail2ban. One that was here before guards SSH as it did.

question-firewall = The firewall
question-firewall-help =
    open lets the mail ports in through the firewall that is here, and makes none. install also makes a small one of
    nftables where none is here: SSH and mail come in, and nothing else does. off leaves it all to you.

question-abuse-fail2ban = Ban addresses that guess passwords
question-abuse-fail2ban-help =
    yes installs fail2ban for the mail ports, and not for SSH; rules that you have for it already stay. no leaves guessing
    to what the daemons do by themselves: Postfix has a limit of logins per minute, and Dovecot, which serves IMAP and
    POP3, only answers more and more slowly.

question-abuse-ban_time = How long an address is banned
question-abuse-ban_time-help =
    Such as 30m, 1h or 2d. An hour tires programs that guess; whoever mistyped a password gets back the same day.

question-abuse-find_time = Within how long failures count
question-abuse-find_time-help = Such as 10m or 1h. A longer time also finds those who guess slowly.

question-abuse-tries = Failures until the ban
question-abuse-tries-help =
    From 2 to 100. A phone with an old password tries again and again, and an office is one address for all who work in it:
    name it below rather than raise this much.

question-abuse-ignore = Addresses that are never banned
question-abuse-ignore-help =
    Your own fixed addresses, an office's network or a monitoring server, parted by commas: 198.51.100.7,
    2001:db8:1::/48. The server's own are never banned.

change-firewall = Let the ports { $ports } in through { $name }

check-let-in = The firewall lets in the ports { $about }
check-let-in-means =
    Other servers cannot hand in mail, or your users cannot reach theirs, now or after the next boot.
check-let-in-fix =
    Let setup put the rules back, and look whether another rule comes before them:
        mailwright setup
        nft list ruleset
        ufw status numbered
        firewall-cmd --list-all

check-firewall-by-hand = The rules of the firewall can be edited
check-firewall-by-hand-means =
    Something keeps others out here, but its rules are loaded in a way of their own, by a script, by iptables or from another
    file, or it does not tell them. They are left alone, and may keep out mail.
check-firewall-by-hand-fix =
    Let the TCP ports { $ports } in, the way you let in others. What holds now is listed by
        nft list ruleset

check-firewall-in-the-way = A small firewall can be made
check-firewall-in-the-way-means =
    The answers ask for a firewall, and /etc/nftables.conf holds rules already that ours would replace. They are left alone,
    and no firewall is made.
check-firewall-in-the-way-fix =
    Make them a firewall yourself, or move them elsewhere and run setup again. These TCP ports must come in for mail:
    { $ports }. The way in by SSH comes before all else. To try the file without loading it:
        nft -c -f /etc/nftables.conf
        mailwright setup

check-jail-watches = fail2ban watches over { $about }
check-jail-watches-means =
    Whoever guesses passwords or floods the server is not shut out: fail2ban does not have this jail, or it reads another
    log than the one that is written, or its bans do not reach the packet filter, as in a container that may not add rules.
check-jail-watches-fix =
    See what it says, let setup write its configuration again, and start it:
        fail2ban-client status { $about }
        tail -n 30 /var/log/fail2ban.log
        mailwright setup
        systemctl restart fail2ban

answer-firewall-meaning = What is done about a firewall
answer-firewall-allowed = "open" (the mail ports are let in where there is one), "install" or "off"
answer-abuse-fail2ban-meaning = Whether fail2ban bans addresses that guess passwords
answer-abuse-fail2ban-allowed = "yes" or "no"
answer-abuse-ban_time-meaning = How long an address is banned
answer-abuse-ban_time-allowed = a time from "1m" to "365d", such as "1h"
answer-abuse-find_time-meaning = Within how long failures count
answer-abuse-find_time-allowed = a time from "1m" to "365d", such as "10m"
answer-abuse-tries-meaning = How many failures lead to a ban
answer-abuse-tries-allowed = a whole number from 2 to 100
answer-abuse-ignore-meaning = Addresses and networks that are never banned, beside the server's own
answer-abuse-ignore-allowed = a list of addresses and networks, such as ["198.51.100.0/24", "2001:db8::1"]
answer-span = a time is a whole number with m, h or d, from 1m to 365d, such as 10m, 1h or 2d
answer-network = it is an address such as 198.51.100.7, or a network such as 198.51.100.0/24
