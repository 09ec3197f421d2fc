package dev.aloft.cli;

import dev.aloft.server.UrlSecret;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.toml.TomlMapper;

/// What `aloft serve` is to do, as `aloft.toml` and the environment say it. `docs/reference/configuration.md` is the
/// page about it.
///
/// @param edge nothing for no edge
/// @param pictures what the edge answers `/tachyon/` with
record Configuration(
        StoreSettings s3,
        Optional<EdgeConfiguration> edge,
        PicturesConfiguration pictures,
        List<SiteConfiguration> sites) {

    private static final String SITE_VARIABLE = "ALOFT_SITE_";
    private static final List<String> TABLES = List.of("s3", "edge", "pictures", "site");
    private static final List<String> S3_KEYS = List.of("provider", "endpoint", "region", "path_style", "timeout");

    /// Reads a file and the variables that override it.
    static Configuration read(Path file, Map<String, String> environment) throws Failure {
        Map<String, Object> tables = parse(file);
        try {
            return of(tables, environment);
        } catch (Failure e) {
            throw new Failure(e.code(), file + ": " + e.found(), e.advice(), e);
        }
    }

    private static Map<String, Object> parse(Path file) throws Failure {
        try {
            return TomlMapper.builder().build().readValue(Files.readString(file), new TypeReference<>() {});
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "there is no configuration at " + file,
                    "write one (docs/reference/configuration.md has an example), or name it with --config",
                    e);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION, "cannot read " + file + ": " + e, "check its owner and mode", e);
        } catch (JacksonException e) {
            String line =
                    e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    file + line + ": " + e.getOriginalMessage(),
                    "mend the line; the format is TOML 1.0",
                    e);
        }
    }

    static Configuration of(Map<String, Object> tables, Map<String, String> environment) throws Failure {
        for (String table : tables.keySet()) {
            if (!TABLES.contains(table)) {
                throw new Failure(
                        Failure.Code.CONFIGURATION,
                        "the unknown table or key " + table,
                        Nearest.to(table, TABLES)
                                .map(near -> "did you mean [" + near + "]?")
                                .orElse("the tables are [s3], [edge], [pictures] and [[site]]"));
            }
        }
        Map<String, Object> edge = table(tables, "edge");
        Map<String, String> edgeVariables = variables(environment, "ALOFT_EDGE_");
        boolean hasEdge = !edge.isEmpty() || !edgeVariables.isEmpty();
        List<SiteConfiguration> sites = sites(tables.get("site"), environment);
        if (hasEdge) {
            requireOwnHosts(sites);
        }
        return new Configuration(
                store(new Section("s3", table(tables, "s3"), variables(environment, "ALOFT_S3_"))),
                hasEdge
                        ? Optional.of(EdgeConfiguration.read(new Section("edge", edge, edgeVariables)))
                        : Optional.empty(),
                PicturesConfiguration.read(
                        new Section("pictures", table(tables, "pictures"), variables(environment, "ALOFT_PICTURES_"))),
                sites);
    }

    private static StoreSettings store(Section section) throws Failure {
        section.requireOnly(S3_KEYS);
        String name = section.optionalString("provider").orElse("aws");
        Provider provider = Provider.named(name)
                .orElseThrow(() -> section.unfit("provider", name, "one of " + String.join(", ", Provider.names())));
        Optional<String> endpoint = section.optionalString("endpoint");
        Optional<String> region = section.optionalString("region");
        boolean pathStyle = section.optionalBoolean("path_style").orElse(StoreSettings.pathStyleOf(provider));
        Duration timeout = section.optionalDuration("timeout").orElse(StoreSettings.DEFAULT_TIMEOUT);
        if (provider == Provider.AWS && region.isEmpty()) {
            throw section.wrong("has no region", "add region = \"eu-central-1\", or wherever the bucket is");
        }
        try {
            return new StoreSettings(
                    provider, endpoint.map(URI::create).orElse(null), region.orElse("us-east-1"), pathStyle, timeout);
        } catch (IllegalArgumentException e) {
            throw section.wrong("cannot be meant: " + e.getMessage(), "mend it in the file or in ALOFT_S3_…");
        }
    }

    private static List<SiteConfiguration> sites(@Nullable Object tables, Map<String, String> environment)
            throws Failure {
        List<?> list = tables instanceof List<?> several ? several : List.of();
        if (list.isEmpty() && variables(environment, SITE_VARIABLE).isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION, "there is no [[site]]", "add one with a name, a bucket and a socket");
        }
        List<SiteConfiguration> sites = new ArrayList<>();
        if (list.size() <= 1) {
            Map<String, Object> only = list.isEmpty() ? Map.of() : asTable(list.getFirst());
            sites.add(site(only, variables(environment, SITE_VARIABLE)));
        } else {
            List<Map<String, Object>> all =
                    list.stream().map(Configuration::asTable).toList();
            Set<String> prefixes = all.stream().map(Configuration::variable).collect(Collectors.toSet());
            for (Map<String, Object> table : all) {
                sites.add(site(table, variables(ownOf(variable(table), prefixes, environment), variable(table))));
            }
        }
        requireDistinct(sites);
        requireOwnSecrets(sites);
        return sites;
    }

    private static SiteConfiguration site(Map<String, Object> table, Map<String, String> variables) throws Failure {
        return SiteConfiguration.read(new Section("site " + name(table), table, variables));
    }

    private static String name(Map<String, Object> table) {
        return String.valueOf(table.getOrDefault("name", "site"));
    }

    private static String variable(Map<String, Object> table) {
        return SITE_VARIABLE + shout(name(table)) + "_";
    }

    /// What is left for one of several sites: `ALOFT_SITE_SHOP_EU_BUCKET` is no variable of the site `shop` where there
    /// is a site `shop-eu`.
    private static Map<String, String> ownOf(String prefix, Set<String> prefixes, Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.keySet()
                .removeIf(name -> prefixes.stream()
                        .anyMatch(other -> other.length() > prefix.length() && name.startsWith(other)));
        return own;
    }

    /// Which site answers must not depend on their order.
    private static void requireOwnHosts(List<SiteConfiguration> sites) throws Failure {
        Map<String, SiteConfiguration> byHost = new HashMap<>();
        for (SiteConfiguration site : sites) {
            for (String host : site.hosts().isEmpty() ? List.of("every host") : site.hosts()) {
                @Nullable SiteConfiguration other = byHost.put(host, site);
                if (other != null && !other.name().equals(site.name())) {
                    throw new Failure(
                            Failure.Code.CONFIGURATION,
                            "the sites " + other.name() + " and " + site.name() + " both answer to " + host,
                            "give each [[site]] hosts of its own");
                }
            }
        }
    }

    private static void requireDistinct(List<SiteConfiguration> sites) throws Failure {
        Map<String, List<SiteConfiguration>> byName =
                sites.stream().collect(Collectors.groupingBy(SiteConfiguration::name));
        Map<Path, List<SiteConfiguration>> bySocket =
                sites.stream().collect(Collectors.groupingBy(SiteConfiguration::socket));
        if (byName.size() < sites.size() || bySocket.size() < sites.size()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "two sites have one name or one socket",
                    "give each [[site]] its own name and socket");
        }
    }

    /// The secret of one site signs nothing of another: whoever learns it has one site's private files. Two entries
    /// that mean the same uploads are one site.
    private static void requireOwnSecrets(List<SiteConfiguration> sites) throws Failure {
        Map<UrlSecret, SiteConfiguration> bySecret = new HashMap<>();
        for (SiteConfiguration site : sites) {
            SiteConfiguration first = site.urlSecret()
                    .map(secret -> bySecret.putIfAbsent(secret, site))
                    .orElse(null);
            if (first != null && !first.urlKey().equals(site.urlKey())) {
                throw new Failure(
                        Failure.Code.CONFIGURATION,
                        "the sites " + first.name() + " and " + site.name() + " have the same url_secret",
                        "give each [[site]] a url_secret of its own: openssl rand -hex 32");
            }
        }
    }

    private static Map<String, Object> table(Map<String, Object> tables, String name) throws Failure {
        Object table = tables.getOrDefault(name, Map.of());
        if (table instanceof Map<?, ?>) {
            return asTable(table);
        }
        throw new Failure(Failure.Code.CONFIGURATION, name + " is no table", "write it as [" + name + "]");
    }

    private static Map<String, Object> asTable(Object table) {
        Map<String, Object> copy = new HashMap<>();
        if (table instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }

    /// The variables of a table: `ALOFT_S3_PATH_STYLE` is `path_style` of `[s3]`.
    private static Map<String, String> variables(Map<String, String> environment, String prefix) {
        Map<String, String> values = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        return values;
    }

    private static String shout(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
