# What the verbs say.

preview-edited = changed by hand since mailwright wrote it
preview-row-changed = changed by somebody since mailwright wrote it
preview-row-removed = removed by somebody since mailwright wrote it
preview-row-foreign = was here before and is not mailwright's
preview-account = can only read { $database }
preview-account-there = is here already: it gets a new password and can only read { $database }; going back gives it its old password and rights
preview-record-left = left as it is: { $record }
preview-kept = Left as people made it:
preview-count = { $count ->
    [0] Nothing to change.
    [one] { $count } change.
   *[other] { $count } changes.
}
progress-lock = waiting for { $holder }, which holds dpkg's lock
progress-dpkg = dpkg was interrupted earlier; setting up what it left
progress-unpack-anew = unpacking { $packages } anew, which dpkg was cut off in
progress-torn = the machine was started anew while packages came: unpacking { $count } of them anew
progress-lists = fetching the package lists
progress-settling = settling { $subject }, which was interrupted
progress-checked = checked: { $passed } of { $all } pass

review-no-mailbox = There is no mailbox: nobody can log in or keep mail here until one is added.
setup-not-root = Without root this is a dry run: nothing will be changed.
setup-nothing = Nothing to change: the server is as the answers want it. `mailwright check` looks at it closely.
setup-meanwhile = The server has changed while the question stood. This is how it stands now:
setup-rows = Make these rows what the answers say?
setup-agree = Make these changes?
setup-log = The log of this run: { $log }

ask-default = y/N
ask-yes = Yes
ask-no = No
ask-again = Type y for yes or n for no

rollback-nothing = There is nothing to take back.
rollback-list = To be taken back, in this order:
rollback-saves = Saved in /var/backups/mailwright before it goes:
rollback-leaves = Left alone, because it is not mailwright's:
rollback-nothing-saved = There is nothing to save, and nothing that stays.
undo-looking = Looking at what it saves and what it leaves...
undo-unseen = It could not be seen in time what a rollback saves and leaves. Try again; `mailwright rollback` waits for it.
rollback-agree = Take all this back?
rollback-done = { $count ->
    [one] { $count } change was
   *[other] { $count } changes were
} taken back.
rollback-starts-database = MariaDB does not answer; it is started once more to save what it holds.
rollback-kept = Left alone because it is not mailwright's, or saved before it was removed:

rollback-unknown = Not to be taken back, as the journal has lost what stood there before; this stays as it is:
rollback-no-journal =
    Nothing is taken back: without a journal nobody knows what stood here before. What looks like mailwright's work is
    left as it is:

journal-from-copy = The journal in { $dir } is gone; its copy in { $copy } tells what follows, and the next run puts it back.
journal-healed = { $count ->
    [one] { $count } line of the journal was damaged or missing; its copy has it, and the next run puts it back.
   *[other] { $count } lines of the journal were damaged or missing; its copy has them, and the next run puts them back.
}
journal-lost = { $count ->
    [one] { $count } line of the journal is damaged or missing, in its copy as well; the rest is used.
   *[other] { $count } lines of the journal are damaged or missing, in its copy as well; the rest is used.
}
journal-aside = Damaged lines are kept in { $path }.
journal-unknown = Change { $seq }: what stood there before is not known, so `mailwright rollback` leaves it.
journal-unknown-what = Change { $seq } ({ $what }): what stood there before is not known, so `mailwright rollback` leaves it.
journal-newer = The journal holds lines of version { $version } that this mailwright cannot read; what it can read is below.

status-lost =
    The record of what mailwright did on this server is gone, and so is its copy. This looks like its work:
status-lost-way =
    `mailwright setup --answers FILE` takes the server over as it stands: files that are as the answers want them stay,
    others are shown with their difference first. What stood here before mailwright came cannot be given back.
status-kept = { $count ->
    [one] { $dir } holds { $count } old file, named by its hash.
   *[other] { $dir } holds { $count } old files, named by their hashes.
}
setup-lost =
    The record of what mailwright did on this server is gone. What stands here is taken over: files that are as the
    answers want them stay, others are replaced and kept; `mailwright rollback` will give back the server as it is now.

status-nothing = mailwright has changed nothing on this server.
status-running = mailwright is at work on this server.
status-interrupted = The last run was interrupted. Go on with `mailwright resume`, or back with `mailwright rollback`.
status-failed = The last run failed. Go on with `mailwright resume`, or back with `mailwright rollback`.
status-finished = The setup is finished. `mailwright check` looks at it closely.
status-going-back = The last run was a rollback that did not come to its end. Go on with `mailwright resume`.
status-partly = The last rollback went back part of the way: what stands is listed below.
status-last = Last run: { $verb } at { $at } (mailwright { $program })
status-done = done
status-open = open

closing-title = { $hostname } is a mail server now.
closing-title-unseen =
    { $hostname } is set up, but { $count ->
        [one] one check
       *[other] { $count } checks
    } could not see whether all is well: look for "unknown" above.
setup-unseen =
    Nothing failed, and { $count ->
        [one] one check is
       *[other] { $count } checks are
    } unknown: what could not be seen is not known to work. `mailwright check` looks again.
closing-programs = Settings for a mail program
closing-port = { $server }  { $port } TLS   (or { $other } STARTTLS)
closing-user = User name
closing-user-is = the whole address, such as { $example }
closing-self-signed = The certificate is signed by itself: mail programs ask once whether to trust it.
closing-acme-unmet =
    No authority vouches for the certificate yet: until then it is signed by itself, and mail programs ask whether to trust
    it. To ask the authority again: `mailwright resume --yes`
closing-dns = DNS records to publish
closing-dns-more = `mailwright dns` lists the advised ones as well, and shows which of them the world sees.
closing-places = Where things are
closing-configuration = Configuration
closing-journal = Journal
closing-log = Log
closing-next = What you can do
closing-check = Check the server
closing-change = Change something
closing-back = Go back

rehearse-needs = A rehearsal runs the whole setup on a throwaway Debian { $release } host. It needs root, systemd-container, mmdebstrap and about 1 GB under /var/cache/mailwright; this machine's own mail and services are not touched.
rehearse-install = Install { $packages } for it?
rehearse-preparing = Preparing the host (the first time, Debian is downloaded) ...
rehearse-arrived = mail arrived: { $from } -> { $to }
rehearse-kept = The hosts run on until you press Ctrl-C here. To enter one, from another terminal:
rehearse-gone = The throwaway host is gone.
rehearse-done = The rehearsal went well ({ $seconds } s).

traces-files = Files that say so in their first line: { $names }
traces-packages = Packages that a setup installs: { $names }
traces-accounts = Accounts that a setup makes: { $names }
traces-units = Services that run: { $names }
