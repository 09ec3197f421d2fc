package dev.aloft.server.uploads;

import dev.aloft.files.FilePath;
import dev.aloft.files.PathRules;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.SurrogateKeys;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import java.util.Optional;

/// A site's uploads as they are served.
///
/// @param name distinguishes the site's answers in the cache from those of other sites
/// @param secret signs the URLs of private uploads; without one no private upload is served
/// @param figures counts the site's answers and its requests to S3
/// @param keys by which CDNs purge its answers; empty to send none
public record UploadsSite(
        String name,
        Bucket bucket,
        UploadsFolder folder,
        ServingRules serving,
        Cors cors,
        Optional<UrlSecret> secret,
        SiteFigures figures,
        Optional<SurrogateKeys> keys) {

    /// @throws IllegalArgumentException for a name that is not lower-case letters, digits and hyphens
    public UploadsSite {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("not the name of a site: " + name);
        }
    }

    /// A site named `site`, with the default rules and no secret.
    ///
    /// @param top the prefix in the bucket that holds the site's `uploads/`
    public static UploadsSite of(Bucket bucket, FilePath top) {
        return new UploadsSite(
                "site",
                bucket,
                UploadsFolder.of(top),
                ServingRules.DEFAULT,
                Cors.NONE,
                Optional.empty(),
                new SiteFigures(Provider.OTHER, true),
                Optional.empty());
    }

    /// The same with a name of its own: lower-case letters, digits and hyphens.
    public UploadsSite withName(String other) {
        return new UploadsSite(other, bucket, folder, serving, cors, secret, figures, keys);
    }

    /// The same files through another handle of the bucket, such as one of a tenant.
    public UploadsSite withBucket(Bucket other) {
        return new UploadsSite(name, other, folder, serving, cors, secret, figures, keys);
    }

    /// The same with rules of the operator's; the default is [ServingRules#DEFAULT].
    public UploadsSite withServing(ServingRules rules) {
        return new UploadsSite(name, bucket, folder, rules, cors, secret, figures, keys);
    }

    UploadsSite withCors(Cors origins) {
        return new UploadsSite(name, bucket, folder, serving, origins, secret, figures, keys);
    }

    /// The same with signed URLs for private uploads, which are not served by default.
    public UploadsSite withSecret(UrlSecret own) {
        return new UploadsSite(name, bucket, folder, serving, cors, Optional.of(own), figures, keys);
    }

    /// The same with counts that it shares with the site's agent.
    public UploadsSite withFigures(SiteFigures common) {
        return new UploadsSite(name, bucket, folder, serving, cors, secret, common, keys);
    }

    /// The same with surrogate keys in its answers, which are not sent by default.
    public UploadsSite withSurrogateKeys() {
        return new UploadsSite(
                name,
                bucket,
                folder,
                serving,
                cors,
                secret,
                figures,
                Optional.of(new SurrogateKeys(name, folder.top())));
    }

    /// The same site's uploads in another folder below its prefix.
    UploadsSite in(FilePath other) {
        return new UploadsSite(
                name, bucket, new UploadsFolder(folder.top(), other), serving, cors, secret, figures, keys);
    }

    /// The key that its private URLs are signed with; nothing in other folders than `uploads`, because a signed URL
    /// names a file of that one.
    Optional<UrlKey> urlKey() {
        return secret.filter(_ -> folder.isStandard()).map(known -> UrlKey.of(known, bucket.name(), folder.top()));
    }

    /// An operator's rules for serving a site's uploads.
    ///
    /// @param deny paths below the site's prefix that are never served
    /// @param allow paths that are served despite a plugin's private folder or an `.htaccess` file; programs and
    ///     secrets are never served
    /// @param htaccess applies `.htaccess` files among the uploads
    public record ServingRules(PathRules deny, PathRules allow, boolean htaccess) {

        /// No rules of the operator's; `.htaccess` files apply.
        public static final ServingRules DEFAULT = new ServingRules(PathRules.NONE, PathRules.NONE, true);

        ServingRules withDeny(PathRules others) {
            return new ServingRules(others, allow, htaccess);
        }

        ServingRules withAllow(PathRules others) {
            return new ServingRules(deny, others, htaccess);
        }

        /// The same without `.htaccess` files, which apply by default.
        public ServingRules withoutHtaccess() {
            return new ServingRules(deny, allow, false);
        }
    }
}
