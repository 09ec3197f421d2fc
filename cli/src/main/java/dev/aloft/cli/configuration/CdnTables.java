package dev.aloft.cli.configuration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The tables `[[cdn]]` of `aloft.toml`, and what they must have in common with the sites. The variables of one begin
/// with `ALOFT_CDN_`; with several, with its name, or its type without one, in addition.
final class CdnTables {

    private static final String VARIABLE = "ALOFT_CDN_";

    private CdnTables() {}

    static List<CdnConfiguration> read(
            Map<String, Object> tables,
            Map<String, String> environment,
            List<SiteConfiguration> sites,
            ConfigurationErrors errors) {
        if (tables.containsKey("cdn") && !(tables.get("cdn") instanceof List<?>)) {
            errors.add("cdn is no list of tables", "write each as [[cdn]]");
        }
        List<Map<String, Object>> all = tables.get("cdn") instanceof List<?> list
                ? list.stream().map(Configuration::asTable).toList()
                : List.of();
        Set<String> prefixes = all.stream().map(CdnTables::prefix).collect(Collectors.toSet());
        List<CdnConfiguration> read = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Map<String, Object> table : all) {
            Variables variables = all.size() == 1
                    ? Variables.of(environment, VARIABLE)
                    : Variables.of(environment, prefix(table), prefixes);
            Section section = new Section("cdn " + name(table), table, variables, errors);
            CdnConfiguration cdn = CdnConfiguration.read(section);
            requireSites(cdn, sites, errors);
            if (section.isValid("name") && !names.add(cdn.name())) {
                errors.add("two CDNs have the name " + cdn.name(), "give each [[cdn]] a name of its own");
            }
            read.add(cdn);
        }
        return read;
    }

    private static void requireSites(CdnConfiguration cdn, List<SiteConfiguration> sites, ConfigurationErrors errors) {
        for (String name : cdn.sites()) {
            if (sites.stream().noneMatch(site -> site.name().equals(name))) {
                errors.add("[cdn " + cdn.name() + "] names the unknown site " + name, "correct its sites");
            }
        }
        if (cdn.type() == CdnConfiguration.Type.NGINX) {
            sites.stream()
                    .filter(site -> cdn.sites().isEmpty() || cdn.sites().contains(site.name()))
                    .forEach(site -> requireHosts(cdn, site, errors));
        }
    }

    private static void requireHosts(CdnConfiguration cdn, SiteConfiguration site, ConfigurationErrors errors) {
        List<String> hosts = site.serving().hosts();
        if (hosts.isEmpty()) {
            errors.add(
                    "[site " + site.name() + "] has no hosts, by which [cdn " + cdn.name() + "] purges",
                    "add hosts = [\"…\"] to the site");
        }
        for (String host : hosts) {
            if (!CdnConfiguration.hasHost("http://" + host)) {
                errors.add(
                        "[cdn " + cdn.name() + "] cannot purge the host " + host + " of [site " + site.name() + "]",
                        "use a name that is valid in URLs, without an underscore");
            }
        }
    }

    private static String name(Map<String, Object> table) {
        return String.valueOf(table.getOrDefault("name", table.getOrDefault("type", "cdn")));
    }

    private static String prefix(Map<String, Object> table) {
        return VARIABLE + name(table).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
    }
}
