//! The archive store of backups.

use archives_s3::{InvalidLocation, S3Location};
use url::Url;

use super::{BackupsIn, Parsed};

/// A folder or a bucket; the default if the text is empty.
pub(super) fn place(text: &str) -> Parsed<BackupsIn> {
    if text.is_empty() {
        return Ok(BackupsIn::DataDir);
    }
    if text.starts_with("s3:") {
        let bucket = text.parse::<S3Location>().map_err(|fault: InvalidLocation| fault.to_string())?;
        return Ok(BackupsIn::Bucket(bucket));
    }
    let url = Url::parse(text).map_err(|_| "this is neither a folder nor a bucket".to_owned())?;
    match url.scheme() {
        "file" => folder(text, &url),
        scheme => Err(format!("the scheme {scheme} is not accepted")),
    }
}

fn folder(text: &str, url: &Url) -> Parsed<BackupsIn> {
    if !text.starts_with("file:///") || url.query().is_some() || url.fragment().is_some() {
        return Err("a folder has three slashes before its path, and nothing behind it".into());
    }
    match url.to_file_path() {
        Ok(path) if path.parent().is_some() => Ok(BackupsIn::Folder(path)),
        Ok(_) => Err("this is the root of the file system".into()),
        Err(()) => Err("this is not the path of a folder".into()),
    }
}
