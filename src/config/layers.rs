//! Layers of values, one over the other, each remembering where it came from.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider, Source,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use super::{
    error::{ConfigError, Origin, variable},
    nearest::nearest,
    settings::{SETTINGS, setting},
    value::Found,
};

/// The file that is read when none is named.
const FILE: &str = "paperround.toml";
const PREFIX: &str = "PAPERROUND_";
const DEFAULTS: &str = "defaults";
const ENVIRONMENT: &str = "environment";
const FLAGS: &str = "flags";

/// Everything that says something about the configuration, before it is read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file that was named on the command line.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// Settings that flags of the command line give.
    pub flags: Vec<(&'static str, String)>,
}

/// The layers, merged.
#[derive(Debug, Clone)]
pub struct Layers {
    figment: Figment,
    values: Dict,
    file: PathBuf,
}

/// One layer of plain texts. figment's own environment would turn a password of digits into a number.
struct Texts {
    name: &'static str,
    values: BTreeMap<String, String>,
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let dict = self
            .values
            .iter()
            .map(|(name, text)| (name.clone(), Value::from(text.as_str())))
            .collect();
        Ok(Profile::Default.collect(dict))
    }
}

impl Layers {
    /// Reads the file and puts the layers on top of each other.
    ///
    /// # Errors
    /// When a file that was named is not there, or it is not TOML.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let mut environment = variables(&sources.environment);
        let named = environment.remove("config").map(PathBuf::from);
        let (file, is_named) = match sources.file.clone().or(named) {
            Some(file) => (file, true),
            None => (PathBuf::from(FILE), false),
        };
        let toml = read_file(&file, is_named)?;
        Self::merge(toml, file, environment, &sources.flags)
    }

    /// Layers of nothing but defaults and these settings, wherever the program is started.
    ///
    /// # Errors
    /// Never for settings of the table.
    pub fn of(settings: &[(&'static str, String)]) -> Result<Self, ConfigError> {
        Self::merge(String::new(), PathBuf::from(FILE), BTreeMap::new(), settings)
    }

    fn merge(
        toml: String,
        file: PathBuf,
        environment: BTreeMap<String, String>,
        flags: &[(&'static str, String)],
    ) -> Result<Self, ConfigError> {
        let defaults = SETTINGS
            .iter()
            .filter_map(|s| Some((s.name.to_owned(), s.default?.to_owned())));
        let flags = flags.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        let layer = |name, values| Texts { name, values };
        let figment = Figment::new()
            .merge(layer(DEFAULTS, defaults.collect()))
            .merge(Toml::string(&toml))
            .merge(layer(ENVIRONMENT, environment))
            .merge(layer(FLAGS, flags.collect()));
        let values = figment.extract::<Dict>().map_err(|error| ConfigError::Unreadable {
            path: file.clone(),
            why: error.to_string(),
        })?;
        Ok(Self { figment, values, file })
    }

    /// The value of a setting, if it has one. An empty text is none.
    #[must_use]
    pub fn find(&self, name: &'static str) -> Option<Found> {
        let setting = setting(name).expect("only settings of the table are asked for");
        let value = self.values.get(name)?;
        let text = text(value);
        (!text.trim().is_empty()).then(|| Found {
            setting,
            text,
            origin: self.origin(setting.name, value),
        })
    }

    /// Refuses names that are no setting's.
    ///
    /// # Errors
    /// The first of them, with the name that was probably meant.
    pub fn refuse_unknown(&self) -> Result<(), ConfigError> {
        for (name, value) in &self.values {
            if setting(name).is_none() {
                return Err(ConfigError::Unknown {
                    name: name.clone(),
                    origin: self.origin(name, value),
                    nearest: nearest(name, SETTINGS.iter().map(|setting| setting.name)).map(str::to_owned),
                });
            }
        }
        Ok(())
    }

    fn origin(&self, name: &str, value: &Value) -> Origin {
        let metadata = self.figment.get_metadata(value.tag());
        match metadata.map(|metadata| (&*metadata.name, metadata.source.as_ref())) {
            Some((DEFAULTS, _)) => Origin::Default,
            Some((ENVIRONMENT, _)) => Origin::Variable(variable(name)),
            Some((FLAGS, _)) => Origin::Flag(flag(name)),
            Some((_, Some(Source::File(path)))) => Origin::File(path.clone()),
            _ => Origin::File(self.file.clone()),
        }
    }
}

/// The variables that are settings, by the settings' names.
fn variables(environment: &[(String, String)]) -> BTreeMap<String, String> {
    environment
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix(PREFIX)?, text)))
        // Kubernetes sets these by itself for a service called paperround.
        .filter(|(name, _)| !name.starts_with("SERVICE_") && *name != "PORT" && !name.starts_with("PORT_"))
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(name, text)| (name.to_ascii_lowercase(), text.clone()))
        .collect()
}

fn read_file(file: &Path, is_named: bool) -> Result<String, ConfigError> {
    match std::fs::read_to_string(file) {
        Ok(toml) => Ok(toml),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => Ok(String::new()),
        Err(error) => Err(ConfigError::Unreadable {
            path: file.to_owned(),
            why: error.to_string(),
        }),
    }
}

/// A value of the file as the text that the environment would carry.
fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Bool(_, yes) => yes.to_string(),
        Value::Num(_, number) => match (number.to_i128(), number.to_f64()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => String::new(),
        },
        Value::Array(_, items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Dict(..) => "a table".to_owned(),
        _ => String::new(),
    }
}

fn flag(name: &str) -> &'static str {
    match name {
        "listen" => "listen",
        "public_url" => "public-url",
        _ => "data-dir",
    }
}
