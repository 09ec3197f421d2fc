<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Detects requests whose response may be saved.
 *
 * Those are wp-admin, XML-RPC, and REST API requests that write or have the context "edit". REST requests for
 * attachments by users who can write posts count too: the block editor takes the URLs of sizes from them in the context
 * "view".
 */
final class Editing
{
    private const ATTACHMENTS = '~^/wp/v2/media(?:/|$)~';

    private static ?RestRequests $requests = null;

    public static function register(Hooks $hooks): void
    {
        self::$requests = new RestRequests();
        self::$requests->register($hooks);
    }

    public static function isOn(): bool
    {
        if (is_admin() && (bool) apply_filters('tachyon_disable_in_admin', true)) {
            return true;
        }
        if (defined('XMLRPC_REQUEST') && constant('XMLRPC_REQUEST')) {
            return true;
        }
        foreach (self::$requests?->inProgress() ?? [] as $request) {
            if (self::mayBeSaved($request)) {
                return true;
            }
        }
        return defined('REST_REQUEST') && constant('REST_REQUEST') && ($_GET['context'] ?? '') === 'edit';
    }

    /** Checked on every call, because WordPress sets the context while it answers. */
    private static function mayBeSaved(\WP_REST_Request $request): bool
    {
        return $request['context'] === 'edit'
            || !in_array($request->get_method(), ['GET', 'HEAD'], true)
            || preg_match(self::ATTACHMENTS, $request->get_route()) === 1 && current_user_can('edit_posts');
    }
}
