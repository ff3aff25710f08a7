//! The binary: see `paperround --help`.

use std::process::ExitCode;

use clap::Parser;
use paperround::cli::{self, Cli, OutputError};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut runtime = Builder::new_multi_thread();
    if let Some(threads) = cli.threads() {
        runtime.worker_threads(threads);
    }
    let result = match runtime.enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::run(cli)),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Like a program that such a signal ends: 128 and the number of SIGPIPE.
        Err(error) if matches!(error.downcast_ref(), Some(OutputError::Closed)) => ExitCode::from(141),
        Err(error) => {
            eprintln!("paperround: {error:#}");
            ExitCode::FAILURE
        }
    }
}
