package dev.aloft.server.uploads;

import dev.aloft.files.PathRules;

/// An operator's rules for serving a site's uploads.
///
/// @param deny paths below the site's prefix that are never served
/// @param allow paths that are served despite a plugin's private folder or an `.htaccess` file; programs and secrets
///     are never served
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
