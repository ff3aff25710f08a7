//! The binary: see `paperround --help`.

use std::process::ExitCode;

use clap::Parser;
use paperround::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paperround: {error:#}");
            ExitCode::FAILURE
        }
    }
}
