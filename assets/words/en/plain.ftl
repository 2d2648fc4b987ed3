# The walk line by line: what it says and asks around the steps, their questions and the run.

# Words that can be typed in the place of an answer.
plain-word-back = back
plain-word-steps = steps
plain-word-leave = leave
plain-keys-words =
    Enter takes what stands in brackets. Instead of an answer you can type: ? for an explanation, back for the question
    before, steps to go to another step, leave to go away.
plain-kept = Answers are kept as you give them.
plain-keys = arrows move, Enter chooses, Esc goes back, letters narrow the list
plain-asked = { $words }:
plain-number = Number
plain-number-again = Type a number from 1 to { $last }
plain-more = Enter for more, q to end

# Where the server stands.
plain-head = mailwright on { $host }
plain-stands-nothing = Nothing has been changed on this server yet.
plain-stands-running = Another mailwright is at work on this server.
plain-stands-interrupted = The last run was interrupted: it can go on, or be taken back.
plain-stands-failed = The last run failed: it can go on, or be taken back.
plain-stands-finished = The setup is finished.
plain-stands-going-back = The last run was a rollback that did not come to its end: it can go on.
plain-stands-partly = The last rollback went back part of the way.
plain-stand = { $count ->
    [one] { $count } change stands.
   *[other] { $count } changes stand.
}
plain-in-hand = In hand when it stopped: { $subject }
plain-not-kept = Answers are not kept either.
plain-looking = Looking at this machine ...
plain-late = That took too long, and nothing was heard. Try again, or see what the machine is busy with.
plain-what-now = What now?

# What is offered.
plain-offer-answer = Go through the questions
plain-offer-review = Look at the plan
plain-offer-resume = Go on with the setup
plain-offer-check = Check the server
plain-offer-closing = Show settings, DNS records and where things are
plain-offer-records = Write the DNS records to a file
plain-offer-undo-step = Undo a step and those after it
plain-offer-undo-all = Undo everything
plain-offer-watch = Watch it
plain-offer-look-again = Look again
plain-offer-start = Start
plain-offer-start-up-to = Start, and stop after a step
plain-offer-differences = Show the differences in every file
plain-offer-rehearse = Rehearse on a throwaway host first
plain-offer-retry = Try again
plain-offer-change = Change an answer
plain-offer-log = Show the lines of the run
plain-offer-leave = Leave

# The steps and their questions.
plain-step = Step { $n } of { $all }: { $title }
plain-which-step = Which step?
plain-to-review = To the plan
plain-mark-to-do = to do
plain-mark-answered = answered
plain-mark-applying = being applied
plain-mark-applied = applied
plain-mark-checked = checked
plain-mark-failed = failed
plain-mark-undone = undone
plain-machine = This machine: { $os }, { $memory } MiB of memory, { $addresses }.
plain-none = none
plain-name-now = Its name is { $name } now.
plain-addresses = Addresses of this machine: { $addresses }
plain-dns-asking = Asking the DNS for { $name } ...
plain-dns-addresses = The DNS leads from { $name } to { $addresses }.
plain-dns-nothing = The DNS knows no address for { $name } yet.
plain-dns-unknown = What the DNS knows of { $name } could not be found out: { $why }
plain-dns-late = The DNS has not answered for { $name } yet.
plain-item-help = Explain
plain-item-back = Back
plain-item-steps = Another step
plain-unsaved = The answers could not be kept:

# Tables.
plain-none-yet = { $title }: none yet
plain-more-rows = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
plain-which-row = Which one?
plain-item-add = Add
plain-item-edit = Edit
plain-item-remove = Remove
plain-item-import = Import from a CSV file
plain-item-done = Done
plain-item-done-with = Done, with { $value }
plain-csv = CSV file
plain-csv-help =
    The first line names the columns: address,password,quota for mailboxes, address,to for aliases, name for domains.
plain-csv-file = there is no such file, or it is larger than 8 MiB
plain-csv-done = Added: { $added }, updated: { $updated }.
plain-csv-bad = Nothing was taken up:

# Passwords.
plain-password-keep = Keep the one it has
plain-password-generate = Generate one
plain-password-type = Type one
plain-password-hidden = It is not shown while you type; Enter alone goes back.
plain-password-again = Once more
plain-password-differs = The two differ.
plain-password-made = The password, shown only here and only now:

# Packages in the background.
plain-fetch-agree = Fetch the packages in the background while you answer? Nothing is installed by that.
plain-fetching = The packages are being fetched: { $percent } %
plain-fetch-here = The packages are here.
plain-fetch-failed = The packages could not be fetched: { $why }. The run will try again.

# The review.
plain-review = What will you do with this plan?
plain-planning = Holding the plan against this machine ...
plain-wrong = Before there can be a plan, this is to be mended in “{ $title }”:
plain-nothing-to-do = The server is as the answers want it.
plain-not-fit = This server is not ready: mend what is marked FAIL, then look again.
plain-edited = Changed by hand since mailwright wrote them:
plain-overwrite = Overwrite these files?
plain-rehearse =
    A rehearsal runs the whole setup on a throwaway Debian host on this machine. It needs about 1 GB under
    /var/cache/mailwright; the mail and the services of this machine are not touched.
plain-rehearse-agree = Rehearse now?
plain-rehearsed = The rehearsal went well; this server is untouched.

# The run.
plain-run-keys = Ctrl-C stops after the change in hand; everything can then go on or be taken back.
plain-stopping = Stopping after the change in hand ...
plain-still = Still at work: { $doing }
plain-stopped = The run was stopped. What was done stands; it can go on or be taken back.
plain-failed = The run failed.
plain-failed-at = The run failed in the step “{ $title }”.
plain-doing = It was doing: { $doing }
plain-last-lines = The last lines of the run:
plain-undo-this = Undo “{ $title }” and the steps after it
plain-checking = Checking ...
plain-watching = Its lines, until it ends; Ctrl-C leaves, and it goes on.
plain-watched = It has ended.
plain-records-file = File to write
plain-records-help = It gets the lines of a zone file, as BIND and most DNS hosters read them.
plain-records-written = The records are in { $path }.
plain-file-there = there is a file of this name already
plain-left = Answers and work are kept: mailwright opens where you left off.
