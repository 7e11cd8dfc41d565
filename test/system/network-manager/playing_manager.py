"""NetworkManager as python-dbusmock has it, with access points that take time, refuse, and go away.

Parameters: the networks in the air (see play), and how long each step takes. What dbusmock's own template lacks of
NetworkManager 1.42 is here: volatile profiles, checkpoints, scans that end, and the states of a device on its way.
"""

import uuid

import dbus
from gi.repository import GLib

import dbusmock
from dbusmock.templates import networkmanager as template
from dbusmock.templates.networkmanager import *  # its methods become ours

BUS_NAME = template.BUS_NAME
MAIN_OBJ = template.MAIN_OBJ
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

NM = template.MANAGER_IFACE
DEVICE = template.DEVICE_IFACE
WIRELESS = template.WIRELESS_DEVICE_IFACE
PROFILE = template.CSETTINGS_IFACE
DEVICE_PATH = '/org/freedesktop/NetworkManager/Devices/wlan0'
CONFIG_PATH = '/org/freedesktop/NetworkManager/IP4Config/1'

SECURITY = {
    'open': (0, 0),
    'wep': (1, 0),
    'wpa-psk': (1, 0x100),
    'transition': (1, 0x500),
    'sae': (1, 0x400),
    'wpa-eap': (1, 0x200),
    'owe': (0, 0x800),
}

world = {'checkpoints': {}, 'volatile': set(), 'run': 0, 'saved': set()}


def load(mock, parameters):
    template.load(mock, {'Version': '1.42.4'})
    world['parameters'] = parameters
    world['stepMs'] = int(parameters.get('stepMs', 20))
    manager = dbusmock.get_object(template.MANAGER_OBJ)
    manager.props[NM]['ConnectivityCheckEnabled'] = True
    manager.props[NM]['WirelessEnabled'] = bool(parameters.get('radio', 'on') != 'off')
    if parameters.get('radio') == 'missing':
        return
    mock.AddWiFiDevice('wlan0', 'wlan0', dbus.Int32(int(parameters.get('state', 30))))
    device = dbusmock.get_object(DEVICE_PATH)
    manager.props[NM]['Checkpoints'] = dbus.Array([], signature='o')
    device.props[WIRELESS]['LastScan'] = dbus.Int64(1)
    device.props[WIRELESS]['ActiveAccessPoint'] = dbus.ObjectPath('/')
    device.props[DEVICE]['Ip4Config'] = dbus.ObjectPath('/')
    device.props[DEVICE]['Ip6Config'] = dbus.ObjectPath('/')
    mock.AddObject(CONFIG_PATH, 'org.freedesktop.NetworkManager.IP4Config', {
        'AddressData': dbus.Array([dbus.Dictionary(
            {'address': '192.168.43.51', 'prefix': dbus.UInt32(24)}, signature='sv')], signature='a{sv}'),
    }, [])
    for index, network in enumerate(parameters.get('networks', [])):
        add_access_point(mock, index, network)
    add_methods(manager, device)
    for ssid in parameters.get('known', []):
        add_profile(settings_for(ssid), is_ours=False)
    if parameters.get('joined'):
        path = next(p for p in profile_paths() if ssid_of(p) == encode(parameters['joined']))
        set_active(path)
    if parameters.get('leftCheckpoint'):
        checkpoint_create(manager, [DEVICE_PATH], 85, 0)


def add_access_point(mock, index, network):
    flags, keys = SECURITY[network.get('security', 'wpa-psk')]
    path = mock.AddAccessPoint(DEVICE_PATH, f'ap{index}', '', '00:11:22:33:44:%02x' % index,
                               dbus.UInt32(2), dbus.UInt32(2412), dbus.UInt32(5400),
                               dbus.Byte(int(network.get('signalPct', 70))), dbus.UInt32(keys))
    point = dbusmock.get_object(path)
    props = point.props[template.ACCESS_POINT_IFACE]
    props['Ssid'] = dbus.ByteArray(b'' if network.get('isHidden') else encode(network['ssid']))
    props['Flags'] = dbus.UInt32(flags)
    props['WpaFlags'] = dbus.UInt32(0)
    point.network = network


def add_methods(manager, device):
    refused = world['parameters'].get('refusal')
    manager.AddMethod(NM, 'AddAndActivateConnection2', 'a{sa{sv}}ooa{sv}', 'ooa{sv}', add_and_activate)
    if refused:
        name = refused

        def refuse(*_args):
            raise dbus.exceptions.DBusException('Not authorized to control networking.', name=name)
        manager.AddMethod(NM, 'AddAndActivateConnection2', 'a{sa{sv}}ooa{sv}', 'ooa{sv}', refuse)
    manager.AddMethod(NM, 'ActivateConnection', 'ooo', 'o', activate)
    if world['parameters'].get('hasCheckpoints', True):
        manager.AddMethod(NM, 'CheckpointCreate', 'aouu', 'o', checkpoint_create)
        manager.AddMethod(NM, 'CheckpointDestroy', 'o', '', checkpoint_destroy)
        manager.AddMethod(NM, 'CheckpointRollback', 'o', 'a{su}', checkpoint_rollback)
        manager.AddMethod(NM, 'CheckpointAdjustRollbackTimeout', 'ou', '', checkpoint_adjust)
    device.AddMethod(WIRELESS, 'RequestScan', 'a{sv}', '', request_scan)
    device.AddMethod(DEVICE, 'Disconnect', '', '', disconnect)


def encode(ssid):
    return bytes.fromhex(ssid[4:]) if ssid.startswith('hex:') else ssid.encode()


def settings_for(ssid):
    return {
        'connection': {'id': ssid, 'type': '802-11-wireless', 'uuid': str(uuid.uuid5(uuid.NAMESPACE_DNS, ssid))},
        '802-11-wireless': {'ssid': dbus.ByteArray(encode(ssid))},
    }


def profile_paths():
    return list(dbusmock.get_object(template.SETTINGS_OBJ).Get(template.SETTINGS_IFACE, 'Connections'))


def ssid_of(path):
    return bytes(dbusmock.get_object(path).settings['802-11-wireless']['ssid'])


def add_profile(settings, is_ours):
    settings = {name: dict(values) for name, values in settings.items()}
    # The template joins by itself what may be joined by itself.
    auto = settings['connection'].pop('autoconnect', None)
    path = dbusmock.get_object(template.SETTINGS_OBJ).SettingsAddConnection(settings)
    profile = dbusmock.get_object(path)
    if auto is not None:
        profile.settings['connection']['autoconnect'] = auto
    profile.AddMethod(PROFILE, 'Update2', 'a{sa{sv}}ua{sv}', 'a{sv}', update2)
    profile.AddMethod(PROFILE, 'Delete', '', '', delete)
    profile.AddMethod(PROFILE, 'GetSettings', '', 'a{sa{sv}}', get_settings)
    if is_ours:
        world['volatile'].add(str(path))
    else:
        world['saved'].add(str(path))
    return dbus.ObjectPath(path)


def get_settings(self):
    """Without secrets, as NetworkManager."""
    shown = {}
    for name, values in self.settings.items():
        shown[name] = dbus.Dictionary({k: v for k, v in values.items() if k != 'psk'}, signature='sv')
    return dbus.Dictionary(shown, signature='sa{sv}')


def update2(self, settings, flags, _args):
    assert len(settings) == 0
    if world['parameters'].get('isReadOnly') and flags & 1:
        raise dbus.exceptions.DBusException('read-only file system', name=NM + '.Settings.Failed')
    world['volatile'].discard(str(self.path))
    if flags & 1:
        world['saved'].add(str(self.path))
    return dbus.Dictionary({}, signature='sv')


def delete(self):
    remove_profile(str(self.path))


def remove_profile(path):
    if path not in profile_paths():
        return
    device = dbusmock.get_object(DEVICE_PATH)
    if active_profile() == path:
        leave(39)
        if path not in profile_paths():
            return
    world['volatile'].discard(path)
    world['saved'].discard(path)
    settings = dbusmock.get_object(template.SETTINGS_OBJ)
    paths = [dbus.ObjectPath(p) for p in profile_paths() if p != path]
    settings.Set(template.SETTINGS_IFACE, 'Connections', dbus.Array(paths, signature='o'))
    settings.RemoveObject(path)
    device.log(f'profile {path} removed')


def active_profile():
    active = str(dbusmock.get_object(DEVICE_PATH).Get(DEVICE, 'ActiveConnection'))
    if active == '/':
        return None
    return str(dbusmock.get_object(active).Get(template.ACTIVE_CONNECTION_IFACE, 'Connection'))


def set_state(state, reason=0):
    device = dbusmock.get_object(DEVICE_PATH)
    old = device.Get(DEVICE, 'State')
    device.Set(DEVICE, 'State', dbus.UInt32(state))
    device.EmitSignal(DEVICE, 'StateChanged', 'uuu', [dbus.UInt32(state), old, dbus.UInt32(reason)])


def make_active(profile_path, point):
    manager = dbusmock.get_object(template.MANAGER_OBJ)
    world['run'] += 1
    path = f'/org/freedesktop/NetworkManager/ActiveConnection/{world["run"]}'
    manager.AddObject(path, template.ACTIVE_CONNECTION_IFACE,
                      {'Connection': dbus.ObjectPath(profile_path), 'State': dbus.UInt32(1)}, [])
    device = dbusmock.get_object(DEVICE_PATH)
    device.Set(DEVICE, 'ActiveConnection', dbus.ObjectPath(path))
    device.Set(WIRELESS, 'ActiveAccessPoint', dbus.ObjectPath(point))
    return dbus.ObjectPath(path)


def point_for(profile_path):
    device = dbusmock.get_object(DEVICE_PATH)
    for path in device.access_points:
        if encode(dbusmock.get_object(path).network['ssid']) == ssid_of(profile_path):
            return path
    return '/'


def set_active(profile_path):
    make_active(profile_path, point_for(profile_path))
    device = dbusmock.get_object(DEVICE_PATH)
    device.Set(DEVICE, 'Ip4Config', dbus.ObjectPath(CONFIG_PATH))
    device.Set(DEVICE, 'State', dbus.UInt32(100))


def leave(reason):
    """Volatile profiles go when they are left."""
    device = dbusmock.get_object(DEVICE_PATH)
    profile = active_profile()
    if profile is None:
        return
    device.Set(DEVICE, 'ActiveConnection', dbus.ObjectPath('/'))
    device.Set(DEVICE, 'Ip4Config', dbus.ObjectPath('/'))
    device.Set(WIRELESS, 'ActiveAccessPoint', dbus.ObjectPath('/'))
    set_state(110, reason)
    set_state(30, reason)
    if profile in world['volatile']:
        remove_profile(profile)


def add_and_activate(self, settings, _device, _point, options):
    path = add_profile(settings, is_ours=str(options.get('persist')) == 'volatile')
    return (path, begin(path), dbus.Dictionary({}, signature='sv'))


def activate(self, path, _device, _point):
    return begin(str(path))


def begin(profile_path):
    leave(60)
    point = point_for(profile_path)
    active = make_active(profile_path, point)
    network = dbusmock.get_object(point).network if point != '/' else None
    steps = script_of(network, dbusmock.get_object(profile_path).settings)
    world['playing'] = world['run']
    play(steps, world['run'])
    return active


def script_of(network, settings):
    """The states that a device goes through, with reasons, as NetworkManager 1.42 with wpa_supplicant does."""
    if network is None:
        return [(40, 0), (50, 0), (120, 53), (30, 0)]
    treatment = network.get('treatment', 'accepts')
    if treatment == 'vanishes':
        return [(40, 0), (50, 0), (120, 53), (30, 0)]
    if treatment == 'silent':
        return [(40, 0), (50, 0)]
    way_in = [(40, 0), (50, 0), (60, 0), (40, 0), (50, 0)]
    given = str(settings.get('802-11-wireless-security', {}).get('psk', ''))
    # A profile of before has the right one.
    wanted = network.get('keys', [])
    if wanted and given and given not in wanted:
        if network.get('security') == 'sae':
            return way_in + [(120, 8), (30, 0)]
        return way_in + [(60, 8), (120, 7), (30, 0)]
    if treatment == 'no-dhcp':
        return way_in + [(70, 0), (120, 5), (30, 0)]
    if treatment == 'slow-dhcp':
        return way_in + [(70, 0)]
    if treatment == 'supplicant-timeout':
        return way_in + [(120, 11), (30, 0)]
    if treatment == 'unplugged':
        return way_in + [(20, 36)]
    if treatment == 'rival':
        return way_in + [(110, 60), (30, 60)]
    joined = way_in + [(70, 0), (80, 0), (90, 0), (100, 0)]
    if treatment == 'drops':
        return joined + [(120, 8), (30, 0)]
    return joined


def play(steps, run):
    if not steps:
        return

    def step():
        if world['run'] != run or active_profile() is None:
            return False
        (state, reason), *rest = steps
        if state == 100:
            network = dbusmock.get_object(str(dbusmock.get_object(DEVICE_PATH).Get(WIRELESS, 'ActiveAccessPoint'))).network
            reach = {'captive-portal': 2, 'offline': 3}.get(network.get('treatment'), 4)
            dbusmock.get_object(DEVICE_PATH).Set(DEVICE, 'Ip4Config', dbus.ObjectPath(CONFIG_PATH))
            dbusmock.get_object(template.MANAGER_OBJ).Set(NM, 'Connectivity', dbus.UInt32(reach))
        profile = active_profile()
        if state in (20, 30) or state == 120:
            set_state(state, reason)
            if state != 120:
                device = dbusmock.get_object(DEVICE_PATH)
                device.Set(DEVICE, 'ActiveConnection', dbus.ObjectPath('/'))
                device.Set(DEVICE, 'Ip4Config', dbus.ObjectPath('/'))
                if profile in world['volatile']:
                    remove_profile(profile)
        else:
            set_state(state, reason)
        play(rest, run)
        return False
    GLib.timeout_add(world['stepMs'], step)


def checkpoint_create(self, devices, timeout, _flags):
    if world['checkpoints']:
        raise dbus.exceptions.DBusException('a checkpoint for the device already exists', name=NM + '.InvalidArguments')
    world['checkpointsMade'] = world.get('checkpointsMade', 0) + 1
    path = f'/org/freedesktop/NetworkManager/Checkpoint/{world["checkpointsMade"]}'
    world['checkpoints'][path] = active_profile()
    dbusmock.get_object(template.MANAGER_OBJ).AddObject(path, NM + '.Checkpoint', {
        'Devices': dbus.Array(devices, signature='o'), 'RollbackTimeout': dbus.UInt32(timeout)}, [])
    tell_checkpoints()
    return dbus.ObjectPath(path)


def tell_checkpoints():
    paths = [dbus.ObjectPath(path) for path in world['checkpoints']]
    dbusmock.get_object(template.MANAGER_OBJ).props[NM]['Checkpoints'] = dbus.Array(paths, signature='o')


def checkpoint_adjust(self, path, seconds):
    dbusmock.get_object(str(path)).props[NM + '.Checkpoint']['RollbackTimeout'] = dbus.UInt32(seconds + 10)


def checkpoint_destroy(self, path):
    if str(path) not in world['checkpoints']:
        raise dbus.exceptions.DBusException('no such checkpoint', name=NM + '.InvalidArguments')
    del world['checkpoints'][str(path)]
    tell_checkpoints()


def checkpoint_rollback(self, path):
    before = world['checkpoints'].pop(str(path))
    tell_checkpoints()
    if before is None:
        leave(39)
    elif active_profile() != before:
        begin(before)
    return dbus.Dictionary({DEVICE_PATH: dbus.UInt32(0)}, signature='su')


def request_scan(self, options):
    """Who is called by name answers by name."""
    called = [bytes(name) for name in options.get('ssids', [])]

    def done():
        device = dbusmock.get_object(DEVICE_PATH)
        for path in device.access_points:
            point = dbusmock.get_object(path)
            if encode(point.network['ssid']) in called:
                point.props[template.ACCESS_POINT_IFACE]['Ssid'] = dbus.ByteArray(encode(point.network['ssid']))
        device.props[WIRELESS]['LastScan'] = dbus.Int64(int(device.props[WIRELESS]['LastScan']) + 1)
        return False
    GLib.timeout_add(world['stepMs'] * 2, done)


def disconnect(self):
    leave(39)


@dbus.service.method(dbusmock.MOCK_IFACE, in_signature='', out_signature='as')
def SavedProfiles(_self):
    """What would be there after a restart, as `name security psk`."""
    return dbus.Array([told(path) for path in sorted(world['saved'])], signature='s')


@dbus.service.method(dbusmock.MOCK_IFACE, in_signature='', out_signature='as')
def AllProfiles(_self):
    return dbus.Array([told(path) for path in sorted(profile_paths())], signature='s')


@dbus.service.method(dbusmock.MOCK_IFACE, in_signature='', out_signature='as')
def Checkpoints(_self):
    return dbus.Array(sorted(world['checkpoints']), signature='s')


@dbus.service.method(dbusmock.MOCK_IFACE, in_signature='s', out_signature='')
def Remove(_self, ssid):
    """Somebody removes the profiles of that name."""
    for path in profile_paths():
        if ssid_of(path) == encode(ssid):
            remove_profile(str(path))


def told(path):
    settings = dbusmock.get_object(str(path)).settings
    security = settings.get('802-11-wireless-security', {})
    words = [settings['connection']['id'], security.get('key-mgmt', 'open'), security.get('psk', '-')]
    return ' '.join(str(word) for word in words)
