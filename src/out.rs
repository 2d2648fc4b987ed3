//! Lines to the admin. Unlike `println!` they go on when nobody is there any more to read them: the line to the admin
//! may have dropped, and a run has its end to come to.

use std::fmt::Arguments;
use std::io::Write;

/// Writes to standard output.
pub fn out(text: Arguments<'_>) {
    let _ = std::io::stdout().write_fmt(text);
    let _ = std::io::stdout().flush();
}

/// Writes to standard error.
pub fn err(text: Arguments<'_>) {
    let _ = std::io::stderr().write_fmt(text);
}

/// A line on standard output.
macro_rules! outln {
    ($($text:tt)*) => { $crate::out::out(format_args!("{}\n", format_args!($($text)*))) };
}

/// A line on standard error.
macro_rules! errln {
    ($($text:tt)*) => { $crate::out::err(format_args!("{}\n", format_args!($($text)*))) };
}
