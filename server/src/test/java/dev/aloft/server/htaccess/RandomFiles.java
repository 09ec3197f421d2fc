package dev.aloft.server.htaccess;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Files of two folders, one in the other, put together by chance from what such files have.
final class RandomFiles {

    private static final List<String> DIRECTIVES = List.of(
            "Deny from all",
            "Allow from all",
            "Order deny,allow",
            "Order allow,deny",
            "Satisfy any",
            "Satisfy all",
            "Deny from 203.0.113.7",
            "Allow from 203.0.113.7",
            "Require all denied",
            "Require all granted",
            "Require ip 203.0.113.0/24",
            "Require method GET",
            "<RequireAll>\nRequire all granted\nRequire not ip 203.0.113.7\n</RequireAll>",
            "<RequireAny>\nRequire ip 203.0.113.7\nRequire all denied\n</RequireAny>",
            "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 203.0.113.7\n</RequireNone>\n</RequireAll>",
            "Options -Indexes");
    private static final List<String> SECTIONS = List.of(
            "<Files \"*.jpg\">\n%s\n</Files>",
            "<Files a.pdf>\n%s\n</Files>",
            "<FilesMatch \"\\.(jpg|png)$\">\n%s\n</FilesMatch>",
            "<FilesMatch ^b>\n%s\n</FilesMatch>",
            "<Limit GET>\n%s\n</Limit>",
            "<LimitExcept GET>\n%s\n</LimitExcept>",
            "<IfModule mod_authz_core.c>\n%s\n</IfModule>",
            "<IfModule !mod_access_compat.c>\n%s\n</IfModule>",
            "<IfVersion >= 2.4>\n%s\n</IfVersion>");
    private static final List<String> REWRITING = List.of(
            "RewriteEngine on\nRewriteRule \\.pdf$ - [F]",
            "RewriteEngine on\nRewriteRule ^b - [L]\nRewriteRule \\.jpg$ - [R=404]",
            "RewriteEngine on\nRewriteCond %{REQUEST_URI} in/\nRewriteRule ^ - [G]",
            "RewriteEngine on\nRewriteCond %{HTTP_COOKIE} !member [OR]\nRewriteCond %{REQUEST_URI} \\.pdf$\nRewriteRule a - [F]",
            "RewriteEngine on",
            "RedirectMatch 403 \\.pdf$");

    private RandomFiles() {}

    static Map<String, String> of(long seed) {
        Random random = new Random(seed * 31 + 7);
        Map<String, String> files = new TreeMap<>();
        files.put(".htaccess", file(random));
        if (random.nextInt(3) > 0) {
            files.put("in/.htaccess", file(random));
        }
        return files;
    }

    private static String file(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(
                            switch (random.nextInt(8)) {
                                case 0, 1, 2, 3 -> pick(DIRECTIVES, random);
                                case 4, 5, 6 -> pick(SECTIONS, random).formatted(pick(DIRECTIVES, random));
                                default -> pick(REWRITING, random);
                            })
                    .append('\n');
        }
        return text.toString();
    }

    private static String pick(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }
}
