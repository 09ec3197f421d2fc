package dev.aloft.cli.configuration;

import dev.aloft.cli.configuration.FallbackConfiguration.OtherBucket;
import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlSecret;
import dev.aloft.store.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tables `[[site]]` of `aloft.toml`, and what they must not have in common. A value that is invalid by itself is
/// not compared.
final class SiteTables {

    private static final String VARIABLE = "ALOFT_SITE_";

    private final List<Site> sites = new ArrayList<>();
    private final ConfigurationErrors errors;

    /// A site and the table that it was read from.
    private record Site(Section section, SiteConfiguration site) {

        String name() {
            return site.name();
        }
    }

    private SiteTables(ConfigurationErrors errors) {
        this.errors = errors;
    }

    /// @param s3 where their buckets are
    /// @param hasEdge true if an edge distinguishes them by their hosts
    static List<SiteConfiguration> read(
            Map<String, Object> tables,
            Map<String, String> environment,
            StoreSettings s3,
            boolean hasEdge,
            ConfigurationErrors errors) {
        List<?> list = tables.get("site") instanceof List<?> several ? several : List.of();
        SiteTables read = new SiteTables(errors);
        if (list.isEmpty() && Variables.of(environment, VARIABLE).isEmpty()) {
            if (tables.keySet().stream().noneMatch(table -> Configuration.isMisspelt("site", table))) {
                errors.add("there is no [[site]]", "add one with a name, a bucket and a socket");
            }
            return List.of();
        }
        if (list.size() <= 1) {
            Map<String, Object> only = list.isEmpty() ? Map.of() : Configuration.asTable(list.getFirst());
            read.add(only, Variables.of(environment, VARIABLE));
        } else {
            List<Map<String, Object>> all =
                    list.stream().map(Configuration::asTable).toList();
            Set<String> prefixes = all.stream().map(SiteTables::prefix).collect(Collectors.toSet());
            all.forEach(table -> read.add(table, Variables.of(environment, prefix(table), prefixes)));
        }
        read.requireOwnNames();
        read.requireOwnSockets();
        read.requireOwnSecrets();
        read.requireApartFromFallbacks(s3);
        if (hasEdge) {
            read.requireOwnHosts();
        }
        return read.sites.stream().map(Site::site).toList();
    }

    private void add(Map<String, Object> table, Variables variables) {
        Section section = new Section("site " + name(table), table, variables, errors);
        sites.add(new Site(section, SiteConfiguration.read(section)));
    }

    private static String name(Map<String, Object> table) {
        return String.valueOf(table.getOrDefault("name", "site"));
    }

    private static String prefix(Map<String, Object> table) {
        return VARIABLE + name(table).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
    }

    /// Sites whose value of this key is valid.
    private List<Site> with(String key) {
        return sites.stream().filter(site -> site.section().isValid(key)).toList();
    }

    private void requireOwnNames() {
        Map<String, Site> byName = new HashMap<>();
        for (Site site : with("name")) {
            if (byName.put(site.name(), site) != null) {
                errors.add("two sites have the name " + site.name(), "give each [[site]] a name of its own");
            }
        }
    }

    private void requireOwnSockets() {
        Map<Path, Site> bySocket = new HashMap<>();
        for (Site site : with("socket")) {
            Path socket = site.site().agent().socket();
            @Nullable Site other = bySocket.put(socket, site);
            if (other != null) {
                errors.add(
                        "the sites " + other.name() + " and " + site.name() + " have the same socket " + socket,
                        "give each [[site]] a socket of its own");
            }
        }
    }

    /// The secret of one site signs nothing of another: a leaked one reads the private files of one site only. Two
    /// tables of the same uploads are one site.
    private void requireOwnSecrets() {
        Map<UrlSecret, Site> bySecret = new HashMap<>();
        for (Site site : with("url_secret")) {
            @Nullable
            Site first = site.site()
                    .urlSecret()
                    .map(secret -> bySecret.putIfAbsent(secret, site))
                    .orElse(null);
            if (first != null && !first.site().urlKey().equals(site.site().urlKey())) {
                errors.add(
                        "the sites " + first.name() + " and " + site.name() + " have the same url_secret",
                        "give each [[site]] a url_secret of its own: openssl rand -hex 32");
            }
        }
    }

    /// A fallback among the uploads of its site, or around them, would be copied into itself. One around backups would
    /// publish these.
    private void requireApartFromFallbacks(StoreSettings s3) {
        for (Site site : with("bucket")) {
            if (!(site.site().fallback().orElse(null) instanceof OtherBucket place)) {
                continue;
            }
            FilePath uploads = UploadsFolder.of(site.site().prefix()).path();
            if (place.overlaps(s3, site.site().bucket(), uploads)) {
                refuse(
                        site,
                        place,
                        "the site's own uploads in s3://" + site.site().bucket() + "/" + uploads,
                        "name the endpoint, bucket or directory that has the old ones, or give the site another bucket");
            }
            for (Site other : sites) {
                SiteBackupConfiguration backup = other.site().backup().orElse(null);
                if (backup != null && place.overlaps(s3, backup.bucket(), backup.prefix())) {
                    refuse(
                            site,
                            place,
                            "the backups of the site " + other.name() + " in s3://" + backup.bucket() + "/"
                                    + backup.prefix(),
                            "give [site.backup] another bucket until the uploads are moved");
                }
            }
        }
    }

    private static void refuse(Site site, OtherBucket fallback, String overlapped, String advice) {
        Section section = site.section();
        section.add(section.wrong("has the fallback " + fallback.shown() + ", which overlaps " + overlapped, advice));
    }

    /// The order of the sites never decides which of them answers.
    private void requireOwnHosts() {
        Map<String, Site> byHost = new HashMap<>();
        for (Site site : with("hosts")) {
            Set<String> hosts = Set.copyOf(site.site().serving().hosts());
            for (String host : hosts.isEmpty() ? Set.of("every host") : hosts) {
                @Nullable Site other = byHost.put(host, site);
                if (other != null) {
                    errors.add(
                            "the sites " + other.name() + " and " + site.name() + " both answer to " + host,
                            "give each [[site]] hosts of its own");
                }
            }
        }
    }
}
