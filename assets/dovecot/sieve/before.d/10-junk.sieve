# Written by mailwright. Edit it if you like: mailwright notices changes made by
# hand, and asks before it overwrites them.
#
# Runs for every new message, before the user's own rules: what a spam filter
# has marked goes to the folder Junk. Without a filter nothing is marked.
{% if dmarc_incoming == 'reject' %}
# So does mail that its own domain asks to have treated as suspicious
# (DMARC, p=quarantine): our OpenDMARC wrote that it fails.
{% endif %}
require ["fileinto", "mailbox"];

if anyof ({% if dmarc_incoming == 'reject' %}header :matches "Authentication-Results" "{{ hostname }}; dmarc=fail (p=quarantine *",
          {% endif %}header :contains "X-Spam-Flag" "YES",
          header :contains "X-Spam" "Yes") {
    fileinto :create "Junk";
    stop;
}
