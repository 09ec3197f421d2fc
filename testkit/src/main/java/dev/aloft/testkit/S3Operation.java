package dev.aloft.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The name that S3's API reference gives to a request, read from its method, its path-style target and its headers.
final class S3Operation {

    /// Sub-resources of buckets and objects: the query parameter, and the noun in the operation's name.
    private static final Map<String, String> NOUNS = Map.ofEntries(
            Map.entry("accelerate", "AccelerateConfiguration"),
            Map.entry("acl", "Acl"),
            Map.entry("attributes", "Attributes"),
            Map.entry("cors", "Cors"),
            Map.entry("encryption", "Encryption"),
            Map.entry("legal-hold", "LegalHold"),
            Map.entry("lifecycle", "LifecycleConfiguration"),
            Map.entry("location", "Location"),
            Map.entry("logging", "Logging"),
            Map.entry("notification", "NotificationConfiguration"),
            Map.entry("object-lock", "ObjectLockConfiguration"),
            Map.entry("ownershipControls", "OwnershipControls"),
            Map.entry("policy", "Policy"),
            Map.entry("publicAccessBlock", "PublicAccessBlock"),
            Map.entry("replication", "Replication"),
            Map.entry("retention", "Retention"),
            Map.entry("tagging", "Tagging"),
            Map.entry("versioning", "Versioning"),
            Map.entry("website", "Website"));

    private static final List<String> PLAIN = List.of(
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateBucket",
            "CreateMultipartUpload",
            "DeleteBucket",
            "DeleteObject",
            "DeleteObjects",
            "GetObject",
            "HeadBucket",
            "HeadObject",
            "ListBuckets",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "RenameObject",
            "UploadPart",
            "UploadPartCopy");

    private static final Set<String> NAMES = names();

    private S3Operation() {}

    /// The operation of a request; for one that S3 does not have, its method and what it was sent to.
    static String of(String method, S3Target target, boolean isCopy) {
        String noun = noun(target);
        if (target.bucket().isEmpty()) {
            return method.equals("GET") ? "ListBuckets" : method + " of the service";
        }
        if (!noun.isEmpty()) {
            return verb(method) + (target.key().isEmpty() ? "Bucket" : "Object") + noun;
        }
        return target.key().isEmpty() ? ofBucket(method, target) : ofObject(method, target, isCopy);
    }

    /// Gives the name back when S3 has such an operation, so that a misspelt one in a test fails instead of counting 0.
    static String checked(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("S3 has no operation " + name + "; the test kit knows " + NAMES);
        }
        return name;
    }

    private static String ofBucket(String method, S3Target target) {
        return switch (method) {
            case "GET" -> listing(target);
            case "HEAD" -> "HeadBucket";
            case "PUT" -> "CreateBucket";
            case "DELETE" -> "DeleteBucket";
            case "POST" -> target.asks("delete") ? "DeleteObjects" : "POST of a bucket";
            default -> method + " of a bucket";
        };
    }

    private static String listing(S3Target target) {
        if (target.asks("uploads")) {
            return "ListMultipartUploads";
        }
        if (target.asks("versions")) {
            return "ListObjectVersions";
        }
        return target.asks("list-type") ? "ListObjectsV2" : "ListObjects";
    }

    private static String ofObject(String method, S3Target target, boolean isCopy) {
        boolean isUpload = target.asks("uploadId");
        return switch (method) {
            case "GET" -> isUpload ? "ListParts" : "GetObject";
            case "HEAD" -> "HeadObject";
            case "DELETE" -> isUpload ? "AbortMultipartUpload" : "DeleteObject";
            case "PUT" -> put(target, isUpload, isCopy);
            case "POST" -> post(target, isUpload);
            default -> method + " of an object";
        };
    }

    private static String put(S3Target target, boolean isUpload, boolean isCopy) {
        if (isUpload) {
            return isCopy ? "UploadPartCopy" : "UploadPart";
        }
        if (target.asks("renameObject")) {
            return "RenameObject";
        }
        return isCopy ? "CopyObject" : "PutObject";
    }

    private static String post(S3Target target, boolean isUpload) {
        if (isUpload) {
            return "CompleteMultipartUpload";
        }
        return target.asks("uploads") ? "CreateMultipartUpload" : "POST of an object";
    }

    private static String noun(S3Target target) {
        for (Map.Entry<String, String> noun : NOUNS.entrySet()) {
            if (target.asks(noun.getKey())) {
                return noun.getValue();
            }
        }
        return "";
    }

    private static String verb(String method) {
        return switch (method) {
            case "GET" -> "Get";
            case "PUT" -> "Put";
            case "DELETE" -> "Delete";
            default -> method + " ";
        };
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(PLAIN);
        for (String noun : NOUNS.values()) {
            for (String verb : List.of("Get", "Put", "Delete")) {
                names.add(verb + "Bucket" + noun);
                names.add(verb + "Object" + noun);
            }
        }
        return names;
    }
}
