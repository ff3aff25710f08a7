//! The binary: see `paperround --help`.

use std::process::ExitCode;

use clap::Parser;
use paperround::cli::{self, Cli, OutputError};

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        // Like a program that such a signal ends: 128 and the number of SIGPIPE.
        Err(error) if matches!(error.downcast_ref(), Some(OutputError::Closed)) => ExitCode::from(141),
        Err(error) => {
            eprintln!("paperround: {error:#}");
            ExitCode::FAILURE
        }
    }
}
