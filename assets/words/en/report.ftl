# The report around the checks.

# The marks stand in a column of their own before each check's title.
report-mark-pass = ok
report-mark-unknown = unknown
report-mark-warn = warn
report-mark-fail = FAIL

report-seen = Seen: { $evidence }
report-means = Means: { $means }
report-fix = To do: { $fix }

report-none = Nothing was checked.
report-summary = { $count ->
    [one] { $count } check
   *[other] { $count } checks
}: { $outcomes }
report-count-pass = { $count } ok
report-count-unknown = { $count } unknown
report-count-warn = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
report-count-fail = { $count } failed
