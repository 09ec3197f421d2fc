package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.FallbackConfiguration.OtherBucket;
import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.files.FilePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// S3 permissions of one part of Aloft for a configuration: an IAM policy. Immutable.
///
/// Listings are permitted for whole buckets: a request that asks whether the bucket is there has no prefix that a
/// condition could name.
record S3Policy(List<Grant> grants) {

    private static final List<String> READ = List.of("s3:GetObject");
    private static final List<String> LIST = List.of("s3:ListBucket");
    private static final List<String> PUT = List.of("s3:PutObject", "s3:AbortMultipartUpload");
    private static final List<String> WRITE = List.of("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload");

    /// Of a bucket with versioning, for restorations to a moment, snapshots in place, and Versions in the media
    /// library.
    private static final List<String> LIST_VERSIONS = List.of("s3:ListBucketVersions", "s3:GetBucketVersioning");

    private static final List<String> READ_VERSIONS = List.of("s3:GetObjectVersion");

    /// Part of Aloft with permissions of its own.
    enum Part {
        /// `aloft serve`, with or without an edge.
        AGENT,
        /// `aloft serve --edge-only`.
        EDGE,
        /// All commands of `aloft backup`.
        BACKUP;

        /// As it is written on the command line.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Actions on a resource.
    ///
    /// @param resource `media` for a bucket, `media/shop/*` for objects
    record Grant(List<String> actions, String resource) {}

    S3Policy {
        grants = List.copyOf(grants);
    }

    /// @param versions true for an agent that reads and restores versions of files
    static S3Policy of(Configuration configuration, Part part, boolean versions) {
        List<Grant> grants = new ArrayList<>();
        for (SiteConfiguration site : configuration.sites()) {
            if (versions) {
                grants.addAll(forVersions(site));
            }
            switch (part) {
                case AGENT -> {
                    grants.addAll(forFallback(site));
                    grants.addAll(forAgent(site));
                }
                case EDGE -> {
                    grants.addAll(forFallback(site));
                    grants.addAll(
                            forEdge(site, configuration.pictures().answers().keeps()));
                }
                case BACKUP -> site.backup().ifPresent(backup -> grants.addAll(forBackups(site, backup)));
            }
        }
        return new S3Policy(grants.stream().distinct().toList());
    }

    private static List<Grant> forVersions(SiteConfiguration site) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant(LIST_VERSIONS, site.bucket()));
        grants.add(uploads(READ_VERSIONS, site));
        site.backup()
                .filter(backup -> backup.every().isEmpty())
                .ifPresent(backup -> grants.addAll(snapshots(READ, backup)));
        return grants;
    }

    /// Of an old bucket with the same credentials.
    private static List<Grant> forFallback(SiteConfiguration site) {
        return site.fallback().orElse(null) instanceof OtherBucket old
                        && old.s3().isEmpty()
                        && old.profile().isEmpty()
                ? List.of(new Grant(LIST, old.bucket()), new Grant(READ, objects(old.bucket(), old.uploads())))
                : List.of();
    }

    /// With the backups that the agent takes, of which only a prune deletes.
    private static List<Grant> forAgent(SiteConfiguration site) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant(LIST, site.bucket()));
        grants.add(uploads(joined(READ, WRITE), site));
        site.backup()
                .filter(backup -> backup.every().isPresent())
                .ifPresent(backup ->
                        grants.addAll(snapshots(joined(READ, backup.keep().isEmpty() ? PUT : WRITE), backup)));
        return grants;
    }

    private static List<Grant> forEdge(SiteConfiguration site, boolean keepsRenditions) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant(LIST, site.bucket()));
        grants.add(uploads(site.fallback().isPresent() ? joined(READ, WRITE) : READ, site));
        if (keepsRenditions) {
            grants.add(new Grant(WRITE, objects(site.bucket(), site.prefix().resolve("renditions"))));
        }
        return grants;
    }

    private static List<Grant> forBackups(SiteConfiguration site, SiteBackupConfiguration backup) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant(joined(LIST, LIST_VERSIONS), site.bucket()));
        grants.add(uploads(joined(READ, READ_VERSIONS, WRITE), site));
        grants.addAll(snapshots(joined(READ, WRITE), backup));
        return grants;
    }

    private static Grant uploads(List<String> actions, SiteConfiguration site) {
        return new Grant(actions, objects(site.bucket(), site.prefix()));
    }

    private static List<Grant> snapshots(List<String> actions, SiteBackupConfiguration backup) {
        return List.of(new Grant(LIST, backup.bucket()), new Grant(actions, objects(backup.bucket(), backup.prefix())));
    }

    private static String objects(String bucket, FilePath prefix) {
        return bucket + (prefix.value().isEmpty() ? "" : "/" + prefix) + "/*";
    }

    @SafeVarargs
    private static List<String> joined(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    /// @param user the principal of a bucket's policy; null for a policy of a user or role
    String json(@Nullable String user) {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        ObjectNode policy = mapper.createObjectNode().put("Version", "2012-10-17");
        ArrayNode statements = policy.putArray("Statement");
        for (Grant grant : grants) {
            ObjectNode statement = statements.addObject().put("Effect", "Allow");
            if (user != null) {
                statement.putObject("Principal").putArray("AWS").add(user);
            }
            ArrayNode actions = statement.putArray("Action");
            grant.actions().forEach(actions::add);
            statement.putArray("Resource").add("arn:aws:s3:::" + grant.resource());
        }
        return mapper.writeValueAsString(policy);
    }
}
