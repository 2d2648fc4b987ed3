# Each question's title and its help, by the key in the answers file (dots become hyphens);
# for a table, the title of each of its columns as well.

question-hostname = Full name of this server
question-hostname-help =
    Such as mail.example.org. It needs an A (and AAAA) record, and the reverse record of each address must give it back.
    Choose well: changing it later means new DNS records and settings in every mail program.

question-ipv4 = Public IPv4 address
question-ipv4-help =
    The address the world reaches this server at. Behind NAT it is not on this machine and must be given.
    Write none if the server has no IPv4.

question-ipv6 = Public IPv6 address
question-ipv6-help =
    Mail over IPv6 is judged more strictly: use it only when its reverse record can be set. Write none to leave it out.

question-contact = Who looks after this server
question-contact-help =
    This address gets postmaster@ and abuse@ of every domain (each mail server must have them, RFC 2142) and the
    machine's own messages. It may be a mailbox here or elsewhere.

question-domain = Domains
question-domain-help = The part after the @ of the addresses that are kept here, such as example.org. At least one.
question-domain-name = Domain

question-mailbox = Mailboxes
question-mailbox-help =
    Each has an address, which is its login name too, a password, and a quota such as 2G. anna+anything@ reaches
    anna@ without further ado.
question-mailbox-address = Address
question-mailbox-password = Password
question-mailbox-quota = Quota

question-alias = Aliases
question-alias-help =
    Further addresses whose mail goes to one or more mailboxes, here or elsewhere, such as info@example.org to
    anna@example.org.
question-alias-address = Address
question-alias-to = Goes to

question-tls-source = Where the certificate comes from
question-tls-source-help =
    self-signed makes one here, at once: right for a test or a closed circle. files takes one you have already.

question-tls-certificate = Certificate file
question-tls-certificate-help =
    PEM: the server's certificate first, then those that link it to its authority (often called fullchain.pem).

question-tls-key = Private key file
question-tls-key-help = PEM, unencrypted, readable by root alone (often called privkey.pem).

question-message_size_limit = Largest message
question-message_size_limit-help =
    Such as 50M. Attachments grow by a third on their way: 50M takes files of about 37M. Many servers take no more
    than 25M to 50M.
