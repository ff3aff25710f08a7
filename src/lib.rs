//! Paperround's outermost room: the pages that people see and the program around them.

pub mod cli;
pub mod config;
pub mod demo;
pub mod pages;
pub mod server;
pub mod startup;
pub mod web;
