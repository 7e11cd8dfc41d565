"""org.freedesktop.timedate1 and hostname1 on a bus, with what they refuse: `ntp` or `denied` as the first argument."""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

mode = sys.argv[1] if len(sys.argv) > 1 else ''
told = []


class Denied(dbus.DBusException):
    _dbus_error_name = 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired'


class Synchronized(dbus.DBusException):
    _dbus_error_name = 'org.freedesktop.timedate1.AutomaticTimeSyncEnabled'


class Machine(dbus.service.Object):
    @dbus.service.method('org.freedesktop.timedate1', in_signature='xbb')
    def SetTime(self, microseconds, is_relative, _is_interactive):
        if mode == 'denied':
            raise Denied('Interactive authentication required.')
        if mode == 'ntp':
            raise Synchronized('Automatic time synchronization is enabled')
        told.append(f'time {int(microseconds)} {bool(is_relative)}')

    @dbus.service.method('org.freedesktop.hostname1', in_signature='sb')
    def SetStaticHostname(self, name, _is_interactive):
        if mode == 'denied':
            raise Denied('Interactive authentication required.')
        if '!' in name:
            raise dbus.DBusException('Invalid static hostname', name='org.freedesktop.DBus.Error.InvalidArgs')
        told.append(f'name {name}')

    @dbus.service.method('egw.Told', out_signature='as')
    def Told(self):
        return dbus.Array(told, signature='s')


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
clock = dbus.service.BusName('org.freedesktop.timedate1', bus)
name = dbus.service.BusName('org.freedesktop.hostname1', bus)
first = Machine(bus, '/org/freedesktop/timedate1')
second = Machine(bus, '/org/freedesktop/hostname1')
print('ready', flush=True)
GLib.MainLoop().run()
