# Limits: how fast mail goes out and comes in, and how much of it one login sends.

step-limits = Limits
step-limits-why =
    Large receivers slow down or refuse an address they do not know that sends much at once, so mail goes out gently at
    first. What each login sends is counted: with a stolen password somebody can ruin a server's name within an hour, and
    more than a person writes is put off. Whoever connects too often is told to come back later. Nothing is lost by a
    limit: mail waits, or its sender is told.

# What the limits come to, as a table of three columns.
limits-table = At the most, in a minute (a client is an address that connects):
limits-login = recipients of one login
limits-login-more = { $hour } an hour, { $day } a day
limits-not-counted = nobody counts
limits-domain = messages to one domain
limits-domain-paced = { $delay } s apart, { $recipients } recipients each
limits-domain-free = { $connections } at a time, { $recipients } recipients each
limits-messages = messages of one client
limits-recipients = recipients of one client
limits-connections = connections of one client
limits-at-once = { $count } at a time
limits-tls = new TLS sessions of one client
limits-passwords = logins of one client

question-limits-outgoing = How fast mail goes out
question-limits-outgoing-help =
    gentle is right for a server that nobody knows yet: to each domain one message every 5 s, to 3 recipients at a time.
    When mail has gone out well for some weeks, go on to normal, which is what Postfix does of itself. A mailing to many
    addresses of one domain takes long with gentle; mail between your own users is never slowed down.

question-limits-outgoing_connections = Connections at a time to one domain
question-limits-outgoing_connections-help =
    Only where there is no pause between deliveries: with one, Postfix makes a single connection to a domain at a time.

question-limits-outgoing_delay = Seconds between two deliveries to one domain
question-limits-outgoing_delay-help = 0 is no pause. 5 makes at most 12 deliveries a minute to each domain.

question-limits-outgoing_recipients = Recipients of one delivery
question-limits-outgoing_recipients-help =
    A message to more recipients of one domain is delivered in several parts. At least 2: with 1, Postfix takes all these
    limits for those of each recipient.

question-limits-per_login = Count what each login sends
question-limits-per_login-help =
    on asks policyd-rate-limit about every message that your users hand in. A login that has sent too much is told so, and
    may send again later. While that program is down nobody can send; receiving goes on.

question-limits-login_minute = Recipients a login may write to in a minute
question-limits-login_minute-help =
    A message to three people counts three times. Leave room for a message to all members of a club.

question-limits-login_hour = Recipients in an hour
question-limits-login_hour-help = The same for the last hour.

question-limits-login_day = Recipients in a day
question-limits-login_day-help =
    The same for the last 24 hours. This is what a thief of a password can send before the next day.

question-limits-incoming_connections = Connections at a time of one address
question-limits-incoming_connections-help =
    Of one address outside to each of the ports 25, 465 and 587. An office behind one address counts as one.

question-limits-incoming_connection_rate = New connections a minute of one address
question-limits-incoming_connection_rate-help = Beyond it the address is told to come back later, as with all that follow.

question-limits-incoming_messages = Messages a minute from one address
question-limits-incoming_messages-help = From other servers. What your users send is counted by login, as long as that is on.

question-limits-incoming_recipients = Recipients a minute from one address
question-limits-incoming_recipients-help = Over all messages, and those that are refused count too: it stops the guessing of addresses.

question-limits-incoming_logins = Logins a minute from one address
question-limits-incoming_logins-help =
    Right passwords count too, so a limit can shut out an office behind one address. 0 sets none: Dovecot slows down who
    guesses, and fail2ban bans him.

question-limits-incoming_tls_sessions = New TLS sessions a minute from one address
question-limits-incoming_tls_sessions-help = Each costs this server some work. Sessions that are taken up again do not count.

check-logins-counted = What each login sends is counted
check-logins-counted-means =
    policyd-rate-limit gives no answer, or a wrong one. While it is down your users are told to try again later, and
    nobody can send; with wrong limits a stolen password could send more than you want.
check-logins-counted-fix =
    See what it says, start it again, and let setup write its configuration where that differs:
        journalctl --boot --unit policyd-rate-limit --lines 30
        systemctl restart policyd-rate-limit
        mailwright setup

check-resolvers-followed = OpenDKIM and Postfix ask the resolvers of /etc/resolv.conf
check-resolvers-followed-means =
    They ask resolvers that this machine used before. When those fall silent, signatures cannot be checked and recipients
    not be found: mail is put off, in and out.
check-resolvers-followed-fix =
    Hand the resolvers on, and see why that did not happen of itself:
        systemctl start mailwright-resolvers.service
        systemctl status mailwright-resolvers.path
        mailwright setup

check-leaves-by = Mail leaves by { $about }
check-leaves-by-means =
    The records (A, AAAA, SPF, PTR) name one address of this server, and its mail comes from another: others take it for
    forged, and refuse it.
check-leaves-by-fix =
    See which address the routes choose and which one Postfix is bound to, and let setup write main.cf again:
        ip route get 198.41.0.4
        postconf smtp_bind_address smtp_bind_address6
        mailwright setup

check-mail-gets-out = Mail servers elsewhere can be reached
check-mail-gets-out-means =
    Where port 25 is shut on the way out, as many providers have it at first, mail comes in and none leaves: what is for
    others stays in the queue and is sent back after five days.
check-mail-gets-out-fix =
    See whether the DNS answers and what waits:
        getent hosts debian.org
        postqueue -p
    Ask the provider of this server to open port 25 outward; most do on request. One that does not leaves two ways: another
    provider, or a relay host that takes your mail on port 587 (relayhost in postconf(5)).

check-postfix-values = Postfix runs with the limits of the answers
check-postfix-values-means =
    Mail goes out faster or more slowly than you chose, or strangers are let in more often than you want.
check-postfix-values-fix =
    See what holds now, and let setup write main.cf again:
        postconf { $names }
        mailwright setup --dry-run
        mailwright setup

answer-number = it is { $allowed }
answer-limits-outgoing-meaning = How mail goes out to each domain elsewhere
answer-limits-outgoing-allowed = "gentle" or "normal"
answer-limits-outgoing_connections-meaning = Connections at a time to one domain, in place of the set's own
answer-limits-outgoing_connections-allowed = a whole number from 1 to 100
answer-limits-outgoing_delay-meaning = Seconds from one delivery to a domain to the next, in place of the set's own
answer-limits-outgoing_delay-allowed = a whole number from 0 to 300
answer-limits-outgoing_recipients-meaning = Recipients of one delivery, in place of the set's own
answer-limits-outgoing_recipients-allowed = a whole number from 2 to 1000
answer-limits-incoming_connections-meaning = Connections at a time of one address that connects
answer-limits-incoming_connections-allowed = a whole number from 1 to 100000
answer-limits-incoming_connection_rate-meaning = New connections of one address in a minute
answer-limits-incoming_connection_rate-allowed = a whole number from 1 to 100000
answer-limits-incoming_messages-meaning = Messages of one address in a minute
answer-limits-incoming_messages-allowed = a whole number from 1 to 100000
answer-limits-incoming_recipients-meaning = Recipients of one address in a minute
answer-limits-incoming_recipients-allowed = a whole number from 1 to 100000
answer-limits-incoming_logins-meaning = Logins of one address in a minute, right and wrong
answer-limits-incoming_logins-allowed = a whole number from 0 (no limit) to 100000
answer-limits-incoming_tls_sessions-meaning = New TLS sessions of one address in a minute
answer-limits-incoming_tls_sessions-allowed = a whole number from 1 to 100000
answer-limits-per_login-meaning = Whether what each login sends is counted
answer-limits-per_login-allowed = "on" or "off"
answer-limits-login_minute-meaning = To how many recipients one login may write in a minute
answer-limits-login_minute-allowed = a whole number from 1 to 100000
answer-limits-login_hour-meaning = To how many recipients one login may write in an hour
answer-limits-login_hour-allowed = a whole number from 1 to 100000
answer-limits-login_day-meaning = To how many recipients one login may write in a day
answer-limits-login_day-allowed = a whole number from 1 to 100000
