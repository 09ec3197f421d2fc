package dev.aloft.server.cdn;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Purges by URL, with the method `PURGE`, as the directive `proxy_cache_purge` of nginx Plus and of the module
/// `ngx_cache_purge` has it. A path that ends with `*` concerns every key that begins so, where the module can do that.
///
/// @param address of the server, which takes purges of every host
/// @param sites each with hosts
record NginxApi(URI address, List<SiteUrls> sites) implements CdnApi {

    private static final int MAX_FILES = 50;

    @Override
    public List<ApiRequest> requests(List<CdnPurge> batch) {
        List<ApiRequest> requests = new ArrayList<>();
        for (CdnPurge purge : batch) {
            for (SiteUrls site : sites) {
                if (site.name().equals(purge.site())) {
                    site.hosts().forEach(host -> add(requests, "http://" + host, site.prefixes(purge), purge));
                }
            }
        }
        return requests;
    }

    private static void add(List<ApiRequest> requests, String host, List<String> prefixes, CdnPurge purge) {
        for (String prefix : prefixes) {
            if (purge.file().isPresent()) {
                requests.add(new ApiRequest("PURGE", URI.create(host + prefix), Map.of(), ""));
            }
            requests.add(new ApiRequest("PURGE", URI.create(host + prefix + "*"), Map.of(), ""));
        }
    }

    @Override
    public int maxBatch() {
        return MAX_FILES;
    }

    @Override
    public boolean usesSurrogateKeys() {
        return false;
    }

    /// 404 and 412 are the modules' words for a key that is not cached. An nginx without a purge for the host or path
    /// also answers 404, which nothing tells apart; operators test that once.
    @Override
    public boolean isDone(int status, String body) {
        return status / 100 == 2 || status == 404 || status == 412;
    }

    @Override
    public Optional<InetSocketAddress> server() {
        int port = address.getPort() < 0 ? 80 : address.getPort();
        return Optional.of(InetSocketAddress.createUnresolved(address.getHost(), port));
    }
}
