# Makes the far mail host a judge: its own BIND holds the whole DNS as one root zone, and OpenDKIM and OpenDMARC look at
# what its Postfix takes. $1 is its IPv4 address.
set -eu
mkdir -p /var/cache/bind
cat > /etc/bind/named.conf <<CONF
options { directory "/var/cache/bind"; recursion yes; allow-recursion { any; }; allow-query { any; };
    listen-on { any; }; listen-on-v6 { any; }; dnssec-validation no; };
zone "." { type primary; file "/etc/bind/world"; };
CONF
named-checkzone . /etc/bind/world > /dev/null
systemctl unmask --quiet named opendkim opendmarc
systemctl start named
echo "nameserver $1" > /etc/resolv.conf
mkdir -p /var/spool/postfix/etc
cp /etc/resolv.conf /var/spool/postfix/etc/

cat > /etc/opendkim.conf <<CONF
Mode v
AuthservID mail.far.test
AlwaysAddARHeader yes
Socket inet:8891@127.0.0.1
UserID opendkim
PidFile /run/opendkim/opendkim.pid
Nameservers $1
CONF
cat > /etc/opendmarc.conf <<CONF
AuthservID mail.far.test
TrustedAuthservIDs mail.far.test
SPFSelfValidate true
SPFIgnoreResults true
RejectFailures false
Socket inet:8892@127.0.0.1
UserID opendmarc
PidFile /run/opendmarc/opendmarc.pid
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
CONF
systemctl restart opendkim opendmarc
postconf -e 'smtpd_milters = inet:127.0.0.1:8891, inet:127.0.0.1:8892' 'milter_default_action = tempfail'
systemctl restart postfix
