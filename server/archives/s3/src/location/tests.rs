//! What is accepted as a location.

use super::*;

#[test]
fn a_location_is_a_bucket_with_or_without_a_prefix() {
    for good in ["s3://abc", "s3://my.bucket-1", "s3://bucket/prod", "s3://bucket/a/b.c/d_e-F"] {
        assert_eq!(good.parse::<S3Location>().unwrap().to_string(), good);
    }
    assert_eq!("s3://bucket/".parse::<S3Location>().unwrap().to_string(), "s3://bucket");
    let (long, deep) = (format!("s3://{}", "b".repeat(64)), format!("s3://bucket/{}", "p".repeat(513)));
    for bad in [
        "",
        "bucket",
        "s3:/bucket",
        "S3://bucket",
        "s3://",
        "s3://ab",
        "s3://Bucket",
        "s3://bucket-",
        "s3://.bucket",
        "s3://a..b",
        "s3://my bucket",
        "s3://user:password@host",
        "s3://bucket//a",
        "s3://bucket/a/",
        "s3://bucket/a/../b",
        "s3://bucket/.hidden",
        "s3://bucket/a b",
        "s3://bucket/a?x",
        "s3://bucket/ä",
        "https://bucket",
        &long,
        &deep,
    ] {
        assert!(bad.parse::<S3Location>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_part_has_one_key_below_the_prefix() {
    let backup = "0193d1f0-0000-7000-8000-000000000001";
    let archive: ArchiveName = format!("shop/{backup}").parse().unwrap();
    let ours: ArchiveName = format!("_fleet/{backup}").parse().unwrap();
    let part: PartName = "database.dump".parse().unwrap();
    let at = |text: &str| text.parse::<S3Location>().unwrap();
    assert_eq!(at("s3://bucket").part(&archive, &part).as_ref(), format!("shop/{backup}/database.dump"));
    let nested = at("s3://bucket/prod/eu");
    assert_eq!(nested.part(&ours, &part).as_ref(), format!("prod/eu/_fleet/{backup}/database.dump"));
    assert_eq!(nested.below(&nested.part(&ours, &part)), ["_fleet", backup, "database.dump"]);
}
