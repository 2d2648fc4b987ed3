# What is wrong with an answer, and what is allowed: a clause that stands behind the key and the value.

# Names.
answer-domain-ascii = a domain name is written in ASCII; write an international one in its xn-- form
answer-domain-long = a domain name has at most 253 characters
answer-domain-short = a full domain name is needed, such as example.org
answer-domain-part =
    each part of a domain name is 1 to 63 letters, digits or inner hyphens, parted by single dots
answer-domain-number = the last part of a domain name is not a number; an address is no domain name
answer-host-long = a host name has at most 64 characters
answer-record-name =
    a name in the DNS has at most 253 characters; each part is 1 to 63 letters, digits, hyphens or underscores

# Mail addresses and sizes.
answer-address = a mail address is needed, such as anna@example.org
answer-address-local = the part before the @ has 1 to 64 characters
answer-address-characters =
    the part before the @ is letters, digits, inner dots, hyphens and underscores (+ is kept for tags)
answer-address-long = a mail address has at most 254 characters
answer-size = a size is a whole number with K, M, G or T behind it, such as "2G"
answer-largest-message = the largest message is { $allowed }
answer-quota = a quota is { $allowed }

# The server's addresses.
answer-ipv4 = an IPv4 address such as 203.0.113.10 is needed, or "none"
answer-ipv4-is-ipv6 = that is an IPv6 address; it belongs to ipv6
answer-ipv4-zero = 0.0.0.0/8 is no host's address; give the public one
answer-ipv4-reserved = 240.0.0.0/4 is no host's address; give the public one
answer-ipv6 = an IPv6 address such as 2001:db8::10 is needed, without brackets or /64, or "none"
answer-ipv6-is-ipv4 = that is an IPv4 address; it belongs to ipv4
answer-ipv6-mapped = that is an IPv4 address in disguise; it belongs to ipv4
answer-ipv6-unspecified = the unspecified address is no host's; give the public one
answer-ip-loopback = a loopback address reaches this machine alone; give the public one
answer-ip-link-local = a link-local address ends at the next router; give the public one
answer-ip-multicast = a multicast address belongs to no host; give the public one
answer-resolver = a resolver is an address such as 192.0.2.53, or address:port
answer-resolvers-empty = at least one resolver is needed; leave the key out for the machine's own and a few public ones

# Passwords and their hashes.
answer-password-none = this key is missing: give one of password, password_hash and password_file
answer-password-twice = { $name } is given already: only one of them can hold
answer-password-control = a password holds no line break, NUL or other control character
answer-password-empty = the password is empty
answer-password-short = the password has { $count ->
    [one] { $count } character
   *[other] { $count } characters
}; at least { $least } are needed
answer-password-long = the password has { $count ->
    [one] { $count } character
   *[other] { $count } characters
}; at most { $most } are allowed
answer-password-file-unread = { $path } cannot be read: { $error }
answer-password-file-kind = { $path } is not a file
answer-password-file-open = every user of this machine can reach { $path }: run chmod 600 { $path }
answer-password-file-utf8 = the first line of { $path } is not UTF-8
answer-password-file-line = the first line of { $path } is the password: { $why }
answer-hash-needs-scheme = the hash needs its scheme in front: { $scheme }
answer-hash-start = a hash starts with its scheme, {"{ARGON2ID}"}$argon2id$..., as doveadm pw prints it
answer-hash-long = the hash has { $count ->
    [one] { $count } character
   *[other] { $count } characters
}; at most { $most } are allowed
answer-hash-scheme =
    this scheme is not taken; use one that `doveadm pw -l` lists and that is a hash, such as {"{ARGON2ID}"},
    {"{BLF-CRYPT}"} or {"{SHA512-CRYPT}"}
answer-hash-unknown =
    this looks like a hash, and Dovecot can try no password against one of the kind { $scheme }: give the mailbox a new
    password
answer-password-like-hash = this is taken for a hash, which is not hashed again: { $why }
answer-hash-broken = what follows { $scheme } is no such hash; take it whole from doveadm pw
answer-hash-argon = what follows the scheme is no whole { $start } hash; take it from doveadm pw
answer-hash-dear = the hash asks for more than 1 GiB of memory or 64 passes, too much for every login

# The certificate.
answer-tls-source = it is "self-signed", "acme", or "files" with certificate and key
answer-tls-unused = a given file is used only with source = "files"
answer-tls-missing = this key is missing: source = "files" needs certificate and key
answer-tls-path = it is { $allowed }

# SPF, DKIM and DMARC.
answer-one-of = it is { $allowed }
answer-selector = a selector is 1 to 63 letters, digits or inner hyphens, such as s1
answer-spf-includes =
    at most { $most } fit into one SPF record: receivers follow no more than 10 look-ups (RFC 7208), and each service may
    need several

# The rules between answers.
answer-no-address = ipv4 is "none" as well: a mail server needs at least one address
answer-no-domain = at least one [[domain]] with its name is needed
answer-no-target = at least one address is needed, or mail to the alias would be lost
answer-target = an address such as anna@example.org
answer-domain-twice = the domain stands already at { $first }
answer-mailbox-twice = the mailbox stands already at { $first }
answer-alias-twice = the alias stands already at { $first }; list all its addresses in one to
answer-alias-mailbox = it is a mailbox already, at { $first }: its mail would never reach the box
answer-target-twice = the address stands already in this list
answer-host-domain =
    the server's own name cannot be a mail domain as well, Postfix would deliver its mail to system users; give the
    server a name of its own, such as mail.{ $domain }
answer-elsewhere = { $domain } is not among the domains; add [[domain]] name = "{ $domain }"
answer-at-host = no mailbox lies on the server's own name; give an address in one of the domains
answer-contact-bounces = it is neither a mailbox nor an alias of this file: mail to postmaster would bounce
answer-target-bounces = it is neither a mailbox nor an alias of this file: the mail would bounce
answer-alias-itself = the alias sends mail to itself; name the mailboxes it is for
answer-alias-circle = mail would go round in a circle: { $target } leads back to the alias

# What is wrong while the answers are given on a screen, where there is no file.
answer-asked-missing = this is not answered yet: { $allowed }
answer-asked-password = a password is needed
answer-asked-pem = this is not answered yet: a certificate of your own comes in two files, with its key
answer-asked-contact = a mailbox or alias of this server, or an address elsewhere
answer-asked-no-address = there is no IPv4 address either: a mail server needs at least one
answer-asked-domain = at least one domain is needed
answer-asked-domain-twice = this domain is in the list already
answer-asked-mailbox-twice = this mailbox is in the list already
answer-asked-alias-twice = this alias is in the list already; one alias takes several addresses, parted by commas
answer-asked-mailbox = it is a mailbox already: its mail would never reach the box
answer-asked-elsewhere = { $domain } is not among the domains: add it to them first
answer-asked-contact-bounces = it is neither a mailbox nor an alias here: mail to postmaster would bounce
answer-asked-target-bounces = it is neither a mailbox nor an alias here: the mail would bounce
