# Written by mailwright. Edit it if you like: mailwright notices changes made by
# hand, and asks before it overwrites them.
#
# Runs for every new message, before the user's own rules: what a spam filter
# has marked goes to the folder Junk. Without a filter nothing is marked.
require ["fileinto", "mailbox"];

if anyof (header :contains "X-Spam-Flag" "YES",
          header :contains "X-Spam" "Yes") {
    fileinto :create "Junk";
    stop;
}
