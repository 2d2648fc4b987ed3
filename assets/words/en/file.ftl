# The answers file: what is wrong with it, and what each of its keys means and takes.

answer-file-unusable = { $file } cannot be used
answer-file-mistakes = { $file } has { $count ->
    [one] { $count } mistake
   *[other] { $count } mistakes
}
answer-file-hint = nothing was touched; `mailwright setup --example` explains every key
answer-file-unread = the file cannot be read: { $error }
answer-file-kind = this is not a plain file; answers are read from a plain TOML file
answer-file-large = the file is larger than 1 MiB; this is no answers file
answer-file-utf8 = line { $line } is not UTF-8; save the file as UTF-8
answer-file-open = { $path } holds passwords and every user of this machine can read it: chmod 600 { $path }
answer-file-toml = this is not TOML: { $error }
answer-file-no-toml = it is not TOML
answer-file-unclear = it could not be understood

answer-missing = this key is missing: { $allowed }
answer-no-such-key = there is no such key; { $meant }
answer-known-top = known at the top: { $names }
answer-known-below = known below { $section }: { $names }
answer-belongs-top = it belongs at the top of the file, before the first line in brackets
answer-belongs-below = it belongs below { $section }
answer-did-you-mean = did you mean { $name }?
answer-text-needed = text in quotes is needed, not { $kind }: { $allowed }
answer-list-needed = a list in brackets is needed, not { $kind }: { $allowed }
answer-opened-each = each { $name } is opened by a line { $line }, not { $kind }
answer-opened-once = { $name } is opened by a line { $line }, not { $kind }

# What sort of value it is, for the four sentences above.
answer-kind-text = text
answer-kind-number = a bare number
answer-kind-boolean = true or false
answer-kind-date = a date
answer-kind-list = a list
answer-kind-table = a table

# Each key: what it means, and what may be written. Dots become hyphens.
answer-hostname-meaning = The server's full name in the DNS: MX target, greeting, name on the certificate
answer-hostname-allowed = a full name such as mail.example.org, not one of the mail domains themselves
answer-ipv4-meaning = The public IPv4 address
answer-ipv4-allowed = an address such as 203.0.113.10, or "none" to use no IPv4
answer-ipv6-meaning = The public IPv6 address
answer-ipv6-allowed = an address such as 2001:db8::10, or "none" to use no IPv6
answer-contact-meaning =
    Who gets mail for postmaster@ and abuse@ of every domain, the machine's own mail and the DMARC reports
answer-contact-allowed = a mailbox or alias of this file, or an address elsewhere
answer-message_size_limit-meaning = The largest message that is accepted
answer-message_size_limit-allowed = a size from "1M" to "1G"
answer-resolvers-meaning = The resolvers through which `mailwright dns` looks whether the records are published
answer-resolvers-allowed = a list of addresses, each in quotes, with :port where it is not 53
answer-spoofed_senders-meaning = What becomes of mail from outside whose sender claims an address of these domains
answer-spoofed_senders-allowed = "reject", "discard" or "off"
answer-further_domains-meaning = Where the DKIM and DMARC records of the second and further domains stand
answer-further_domains-allowed = "own" for each in its own zone, or "cname" to point at those of the first
answer-sender_id-meaning = Whether Sender-ID records are published too, which nobody reads any more
answer-sender_id-allowed = false or true
answer-domain-name-meaning = A domain whose mail is delivered here
answer-domain-name-allowed = a domain name such as example.org
answer-mailbox-address-meaning = The mailbox's address, which is the login name too
answer-mailbox-address-allowed = an address such as anna@example.org in one of the domains
answer-mailbox-password-meaning = The password, as the owner types it
answer-mailbox-password-allowed = 8 to 300 characters without line breaks or other control characters
answer-mailbox-password_hash-meaning = The password's hash with its Dovecot scheme, as doveadm pw prints it
answer-mailbox-password_hash-allowed =
    {"{ARGON2ID}"}, {"{ARGON2I}"}, {"{BLF-CRYPT}"}, {"{SHA512-CRYPT}"} or {"{SHA256-CRYPT}"} followed by the hash
answer-mailbox-password_file-meaning = A file whose first line is the password
answer-mailbox-password_file-allowed =
    a path, from the folder of the answers file; other users must not be able to read it
answer-mailbox-quota-meaning = The most the mailbox may hold; beyond it mail is refused at the door
answer-mailbox-quota-allowed = a size of at least "1M" such as "500M" or "2G", or "none" for no limit
answer-alias-address-meaning = The address that takes the mail
answer-alias-address-allowed = an address in one of the domains that is no mailbox
answer-alias-to-meaning = Where the mail goes
answer-alias-to-allowed = a list of addresses, here or elsewhere, such as ["anna@example.org"]
answer-spf-all-meaning = What the SPF records say of all servers that are not named
answer-spf-all-allowed = "fail" (-all, not ours) or "softfail" (~all, probably not ours)
answer-spf-include-meaning = Services that send mail for the domains from their own servers
answer-spf-include-allowed = a list of the names that these services give out for SPF, such as ["_spf.example.com"]
answer-spf-incoming-meaning = What becomes of incoming mail that fails SPF
answer-spf-incoming-allowed = "reject", "mark" (taken, and its header says so) or "off"
answer-dkim-selector-meaning = The name of the DKIM key in the DNS; a new one makes a new key
answer-dkim-selector-allowed = 1 to 63 letters, digits or inner hyphens, such as s1
answer-dkim-bits-meaning = The size of a DKIM key that is made, in bits
answer-dkim-bits-allowed = 2048, 3072 or 4096
answer-dmarc-policy-meaning = What receivers are asked to do with mail that fails DMARC
answer-dmarc-policy-allowed = "none" (report only), "quarantine" or "reject"
answer-dmarc-subdomains-meaning = The same for subdomains
answer-dmarc-subdomains-allowed = "same", "none", "quarantine" or "reject"
answer-dmarc-nonexistent-meaning = The same for subdomains that do not exist
answer-dmarc-nonexistent-allowed = "same", "none", "quarantine" or "reject"
answer-dmarc-testing-meaning = Whether receivers are told that the policy is only being tried out
answer-dmarc-testing-allowed = false or true
answer-dmarc-reports-meaning = Where the receivers' daily reports go
answer-dmarc-reports-allowed = an address; outside the domains it must agree in its own DNS
answer-dmarc-incoming-meaning = What becomes of incoming mail that fails the DMARC policy of its own domain
answer-dmarc-incoming-allowed = "reject", "mark" (taken, and its header says so) or "off"
answer-tls-source-meaning = Where the certificate comes from
answer-tls-source-allowed = "self-signed", "acme", or "files" with certificate and key
answer-tls-certificate-meaning = The certificate followed by its intermediates, PEM
answer-tls-certificate-allowed = an absolute path of letters, digits and / . _ - + @
answer-tls-key-meaning = The certificate's private key, PEM, without a passphrase
answer-tls-key-allowed = an absolute path of letters, digits and / . _ - + @
